import {
  type Cdk8sApp,
  type Cdk8sAppOverlay,
  imagesIn,
  type ImageOverride,
  imageOverrides,
  type KustomizeApp,
  postBuildIn,
  type Problem,
  substituteAnnotation,
  throwProblems,
} from '../../model';
import { nearest } from '../../model/validation/values';
import { type ImageChange, imageChange } from '../files/kustomize-file';
import type { KubernetesObject } from '../files/object';
import type { BaseChanges } from '../patches/overlay';
import { podAnnotations } from '../secrets/pod-annotation';
import type { AppInCluster, Readiness } from './kind';

type Props = AppInCluster<KustomizeApp | Cdk8sApp, Cdk8sAppOverlay>;

/**
 * What a cluster changes of objects that the user wrote: images and numbers of pods.
 *
 * @throws FleetError for each name that the app does not have. Whether an image is there under that name in the end is found
 * when it is built.
 */
export function objectChanges(props: Props): BaseChanges {
  const { name, app, base, overlay, secretHash } = props;
  throwProblems([...unknownNames(props)]);
  return {
    images: imageChanges(overlay),
    replicas: sorted(overlay.replicas).map(([workload, count]) => ({ name: workload, count })),
    patches:
      secretHash === undefined
        ? []
        : [...podAnnotations(base.objects, name, secretHash), ...(app.postBuild ? [unchangedSecret(name)] : [])],
  };
}

/** Another registry and a tag of one image are one change: kustomize looks for the name that the app has. */
function imageChanges({ tags, images }: Cdk8sAppOverlay): ImageChange[] {
  const changes = new Map<string, ImageOverride>(sorted(images));
  for (const [name, tag] of sorted(tags)) changes.set(name, { ...changes.get(name), tag });
  return sorted(Object.fromEntries(changes)).map(([image, change]) => imageChange(image, change));
}

/** The kinds whose number of pods kustomize sets. */
const replicated = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'];

function* unknownNames({ base, overlay, place }: Props): Iterable<Problem> {
  const workloads = base.objects.filter(({ kind }) => replicated.includes(kind)).map(({ metadata }) => metadata.name);
  for (const name of Object.keys(overlay.replicas ?? {})) {
    // It may have a prefix or a suffix.
    if (workloads.some((each) => name.includes(each))) continue;
    const problem = `the app has no object \`${name}\` with a number of pods`;
    yield { place: `${place}.replicas.${name}`, problem, next: nearest(name, workloads) };
  }
  const images = imageOverrides(overlay);
  const files = images.length > 0 ? [...base.files.values()] : [];
  const texts = files.map((file) => (typeof file === 'string' ? file : JSON.stringify(file)));
  for (const [key, name] of images) {
    if (texts.some((text) => text.includes(name))) continue;
    const problem = `the app has no image \`${name}\``;
    yield { place: `${place}.${key}.${name}`, problem, next: nearest(name, imagesIn(base.objects)) };
  }
}

/** How objects that the user wrote are applied, and when they are ready. */
export function objectReadiness(app: KustomizeApp | Cdk8sApp, overlay: Cdk8sAppOverlay): Readiness {
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
