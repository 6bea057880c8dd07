import { fluxNamespace, type HelmApp, type HelmAppOverlay } from '../../../model';
import { differingValues } from './values';
import { sortedKeys } from '../../files/object';
import type { BaseChanges } from '../../patches/overlay';
import type { AppInCluster } from '../kind';
import { podAnnotation, workloadKinds } from '../../secrets/pod-annotation';

/** How a Helm release differs from the app's base in one cluster: the values that do, and no others. */
export function helmChanges(props: AppInCluster<HelmApp, HelmAppOverlay>): BaseChanges {
  const { name, app, overlay, secretHash } = props;
  const values = differingValues(app.values, overlay.values);
  if (!values && secretHash === undefined) return {};
  const patch = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: fluxNamespace },
    spec: {
      ...(secretHash !== undefined && { postRenderers: annotatePods(secretHash) }),
      ...(values && { values: sortedKeys(values) }),
    },
  };
  return { patches: [patch] };
}

/** The chart's objects are not known here, so all its pods get the annotation, and restart when a secret changes. */
function annotatePods(hash: string): object[] {
  const patches = workloadKinds.map((kind) => {
    const patch = { apiVersion: 'apps/v1', kind, metadata: { name: 'any' }, ...podAnnotation(hash) };
    return { target: { group: 'apps', kind }, patch: JSON.stringify(patch) };
  });
  return [{ kustomize: { patches } }];
}
