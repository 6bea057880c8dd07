import { describe, expect, it } from 'vitest';

import { fluxKustomization, gitRepository, handled, helmRelease } from '../fakes/kubernetes/flux';
import type { KubernetesObject } from '../fakes/kubernetes/store';
import { before, commit, comparedClusters, everything } from './compared';

const cluster = comparedClusters();
/** One of Flux's events. */
const event = (kind: string, reason: string, message: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `app-a.${reason}`, namespace: 'flux-system' },
  involvedObject: { kind, name: 'app-a', namespace: 'flux-system' },
  reason,
  message,
});

describe('what was corrected', () => {
  const correct = (name: string, ...events: readonly KubernetesObject[]) => {
    cluster.current.server.onWrite = (object) => {
      cluster.current.server.put(...handled(object));
      if (object.metadata.name === name) cluster.current.server.put(...events);
    };
  };
  const change = event('Kustomization', 'Progressing', 'Namespace/app-a created\nDeployment/app-a/app-a configured');

  it('is what Flux changed since it was asked, where the commit had been applied before', async () => {
    cluster.current.server.put(...everything(), event('Kustomization', 'Old', 'Service/app-a/app-a configured'));
    correct('app-a', change, event('Kustomization', 'Done', 'Reconciliation finished in 1s, next run in 50s'));
    expect(await cluster.current.wait()).toEqual(['Deployment/app-a/app-a configured', 'Namespace/app-a created']);
  });

  it('has what Helm installed again or brought back', async () => {
    const drift = 'Cluster state of release app-a/app-a.v1 has been corrected:\nDeployment/app-a/app-a configured';
    cluster.current.server.put(...everything(), helmRelease('app-a'));
    correct(
      'app-a',
      event('HelmRelease', 'DriftCorrected', drift),
      event('HelmRelease', 'InstallSucceeded', 'Helm install'),
    );
    expect(await cluster.current.wait()).toEqual(['Deployment/app-a/app-a configured', 'HelmRelease/app-a installed']);
  });

  it('has nothing that the commit itself changed', async () => {
    cluster.current.server.put(
      gitRepository(commit),
      fluxKustomization('flux-system', commit),
      fluxKustomization('app-a', before),
    );
    cluster.current.server.onWrite = (object) => {
      cluster.current.server.put(...handled(object));
      if (object.metadata.name === 'app-a') cluster.current.server.put(change, fluxKustomization('app-a', commit));
    };
    expect(await cluster.current.wait()).toEqual([]);
  });
});
