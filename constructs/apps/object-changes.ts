import {
  type Cdk8sApp,
  type ImageOverride,
  type KustomizeApp,
  type KustomizeAppOverlay,
  postBuildIn,
  substituteAnnotation,
} from '../../model';
import { mapValues } from '../../model/defaults';
import { imageChange } from '../files/kustomize-file';
import type { KubernetesObject } from '../files/object';
import type { BaseChanges } from '../patches/overlay';
import { podAnnotations } from '../secrets/pod-annotation';
import type { AppInCluster, Readiness } from './kind';

/** What a cluster changes of objects that the user wrote: tags and numbers of pods. */
export function objectChanges(props: AppInCluster<KustomizeApp | Cdk8sApp, KustomizeAppOverlay>): BaseChanges {
  const { name, app, base, overlay, secretHash } = props;
  return {
    images: sorted<ImageOverride>({ ...mapValues(overlay.tags ?? {}, (tag) => ({ tag })), ...overlay.images }).map(
      ([image, change]) => imageChange(image, change),
    ),
    replicas: sorted(overlay.replicas).map(([workload, count]) => ({ name: workload, count })),
    patches:
      secretHash === undefined
        ? []
        : [...podAnnotations(base.objects, name, secretHash), ...(app.postBuild ? [unchangedSecret(name)] : [])],
  };
}

/** How objects that the user wrote are applied, and when they are ready. */
export function objectReadiness(app: KustomizeApp | Cdk8sApp, overlay: KustomizeAppOverlay): Readiness {
  const { timeout, health, force } = app;
  return { timeout, health, force, postBuild: postBuildIn(app.postBuild, overlay.postBuild) };
}

/** Flux substitutes after it has decrypted: a password with `${` would be changed, or hold back the app. */
function unchangedSecret(name: string): KubernetesObject {
  const metadata = { name, namespace: name, annotations: { [substituteAnnotation]: 'disabled' } };
  return { apiVersion: 'v1', kind: 'Secret', metadata };
}

function sorted<V>(record: Readonly<Record<string, V>> = {}): [string, V][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
