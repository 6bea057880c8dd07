import { Testing } from 'cdk8s';
import { expect, it } from 'vitest';
import { FluxKustomization } from '../../../constructs/flux/flux-kustomization';

it('is applied by the shard that the app names', () => {
  const chart = Testing.chart();
  new FluxKustomization(chart, 'app-a', { app: 'app-a', cluster: 'prod', shard: 'busy' });
  expect(Testing.synth(chart)).toMatchObject([{ metadata: { labels: { 'sharding.fluxcd.io/key': 'busy' } } }]);
});

it('reconciles the overlay of one app in one cluster', () => {
  const chart = Testing.chart();
  new FluxKustomization(chart, 'app-a', { app: 'app-a', cluster: 'prod' });
  expect(Testing.synth(chart)).toEqual([
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: {
        name: 'app-a',
        namespace: 'flux-system',
        labels: { 'flux-fleet/app': 'app-a', 'flux-fleet/cluster': 'prod' },
      },
      spec: {
        path: './apps/app-a/overlays/prod',
        sourceRef: { kind: 'GitRepository', name: 'flux-system' },
        serviceAccountName: 'kustomize-controller',
        dependsOn: [{ name: 'flux-system' }],
        interval: '50s',
        retryInterval: '1m',
        timeout: '3m',
        decryption: { provider: 'sops', secretRef: { name: 'sops-age' } },
        prune: true,
        wait: true,
        deletionPolicy: 'WaitForTermination',
      },
    },
  ]);
});

it('waits for the root and for the apps in `after`', () => {
  const chart = Testing.chart();
  new FluxKustomization(chart, 'a', { app: 'a', cluster: 'dev', after: ['c', 'b'], timeout: '5m' });
  expect(Testing.synth(chart)).toMatchObject([
    {
      spec: {
        dependsOn: [{ name: 'flux-system' }, { name: 'b' }, { name: 'c' }],
        timeout: '5m',
      },
    },
  ]);
});

it('creates again what cannot be changed, where the app says so', () => {
  const chart = Testing.chart();
  new FluxKustomization(chart, 'a', { app: 'a', cluster: 'dev', force: true });
  new FluxKustomization(chart, 'b', { app: 'b', cluster: 'dev', force: false });
  const [a, b] = Testing.synth(chart) as { spec: object }[];
  expect(a!.spec).toMatchObject({ force: true });
  expect(b!.spec).not.toHaveProperty('force');
});
