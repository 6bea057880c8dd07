import { fluxNamespace, type HelmApp, type HelmAppOverlay } from '../../../model';
import { differingValues } from './values';
import { sortedKeys } from '../../files/object';
import type { OwnChanges } from '../../patches/overlay';
import { podAnnotation, workloadKinds } from '../../secrets/pod-annotation';

/** A Helm release in one cluster. */
export interface HelmOverlayProps {
  readonly name: string;
  readonly app: HelmApp;
  readonly overlay: HelmAppOverlay;
  /** Differs when a secret of the app does. @default - the app has none */
  readonly secretHash?: string;
}

/** What differs of a Helm release in one cluster from the app's base: the values that do, and no other. */
export function helmChanges({ name, app, overlay, secretHash }: HelmOverlayProps): OwnChanges {
  const values = differingValues(app.values, overlay.values);
  const none = { images: [], replicas: [], resources: new Map() };
  if (!values && secretHash === undefined) return { ...none, patches: [] };
  const patch = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: fluxNamespace },
    spec: {
      ...(secretHash !== undefined && { postRenderers: restarting(secretHash) }),
      ...(values && { values: sortedKeys(values) }),
    },
  };
  return { ...none, patches: [patch] };
}

/** What the chart makes is not known here: all of its pods get the annotation that differs when a secret does. */
function restarting(hash: string): object[] {
  const patches = workloadKinds.map((kind) => {
    const patch = { apiVersion: 'apps/v1', kind, metadata: { name: 'any' }, ...podAnnotation(hash) };
    return { target: { group: 'apps', kind }, patch: JSON.stringify(patch) };
  });
  return [{ kustomize: { patches } }];
}
