import type { BuiltObject } from '../build-check/built';
import { changeEffects } from './effects';
import { fieldChanges } from './fields';
import { imageName, imagesOf } from './images';
import type { ClusterPair, ObjectPair } from './pair';
import { prepared, type PrepareProps } from './prepare';
import type { ImageChange, ObjectChange } from './report';
import { appOf, type ClusterSide, namespaceOf } from './side';

export interface Compared {
  readonly objects: readonly ObjectChange[];
  readonly images: readonly ImageChange[];
  readonly pairs: readonly ObjectPair[];
  /** How many objects differ in nothing but what is not compared. */
  readonly noisy: number;
}

/** Compares what a cluster has with what it gets. */
export function compareCluster(pair: ClusterPair, props: PrepareProps): Compared {
  const objects: ObjectChange[] = [];
  const images: ImageChange[] = [];
  let noisy = 0;
  const pairs = pairsOf(pair);
  for (const one of pairs) {
    if (isUnchanged(pair, one)) continue;
    images.push(...imageChanges(pair.cluster, one));
    const change = objectChange(pair, one, props);
    if (change) objects.push(change);
    else noisy++;
  }
  return { objects, images, pairs, noisy };
}

/** Whether an object is the same to the letter. Most are, and nothing more is looked at of them. */
function isUnchanged(pair: ClusterPair, { before, after }: ObjectPair): boolean {
  if (!before || !after || before.unit.name !== after.unit.name) return false;
  const [was, is] = [before, after].map((one) => JSON.stringify(withoutCluster(one, pair).object));
  return was === is;
}

/** The objects of both sides that could be built on both. */
function pairsOf({ from, to }: ClusterPair): ObjectPair[] {
  const isKnown = ({ unit }: BuiltObject) => !from.failed.has(unit.name) && !to.failed.has(unit.name);
  const known = ({ objects }: ClusterSide) => new Map([...objects].filter(([, one]) => isKnown(one)));
  const [old, now] = [known(from), known(to)];
  const pairs: ObjectPair[] = [...now].flatMap(([id, after]) => (old.has(id) ? { before: old.get(id)!, after } : []));
  const removed = [...old].flatMap(([id, one]) => (now.has(id) ? [] : one));
  const added = new Set([...now].flatMap(([id, one]) => (old.has(id) ? [] : one)));
  for (const before of removed) {
    const after = [...added].find((one) => isRenamed(before, one));
    if (after) added.delete(after);
    pairs.push(after ? { before, after } : { before });
  }
  return [...pairs, ...[...added].map((after) => ({ after }))].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** What kustomize's generators add to a name: https://github.com/kubernetes-sigs/kustomize/tree/master/api/hasher */
const hashSuffix = /-[2456789bcdfghkmt]{10}$/;

function isRenamed(before: BuiltObject, after: BuiltObject): boolean {
  const key = ({ unit, object }: BuiltObject) =>
    [unit.name, object.kind, object.metadata.namespace, object.metadata.name.replace(hashSuffix, '')].join('/');
  const [was, is] = [before, after].map(({ object }) => object.metadata.name);
  return hashSuffix.test(was!) && hashSuffix.test(is!) && key(before) === key(after);
}

/** By app; of each first what the others need. */
function orderOf({ before, after }: ObjectPair): string {
  const one = (after ?? before)!;
  const { kind, metadata } = one.object;
  const first = ['Kustomization', 'CustomResourceDefinition', 'Namespace', 'HelmRelease'].indexOf(kind);
  return [appOf(one), first < 0 ? 9 : first, kind, namespaceOf(one), metadata.name].join('\0');
}

function objectChange(pair: ClusterPair, one: ObjectPair, props: PrepareProps): ObjectChange | undefined {
  const { before, after } = one;
  const [was, is] = [before, after].map((each) => each && prepared(withoutCluster(each, pair).object, props));
  const fields = was && is ? fieldChanges(was, is) : [];
  const isRename = before && after && before.object.metadata.name !== after.object.metadata.name;
  const effects = pair.follows ? changeEffects(pair, one) : [];
  if (before && after && fields.length === 0 && effects.length === 0) return undefined;
  const shown = (after ?? before)!;
  const { apiVersion, kind, metadata } = shown.object;
  return {
    change: !before ? 'added' : !after ? 'removed' : isRename ? 'renamed' : 'changed',
    apiVersion,
    kind,
    namespace: namespaceOf(shown),
    name: metadata.name,
    ...(isRename && { formerName: before.object.metadata.name }),
    app: appOf(shown),
    chart: shown.chart === true,
    clusters: [pair.cluster],
    fields: isRename ? fields.filter(({ path }) => path !== 'metadata.name') : fields,
    effects,
  };
}

/** Between two clusters, an object without the name of its own cluster in what we generate. */
function withoutCluster(one: BuiltObject, { follows }: ClusterPair): BuiltObject {
  if (follows || one.object.kind !== 'Kustomization') return one;
  const { cluster } = one.unit;
  const { spec, metadata } = one.object as { spec?: { path?: string }; metadata: { labels?: Record<string, string> } };
  const path = spec?.path?.replace(new RegExp(`/${cluster}$`), '/…');
  const labels = Object.fromEntries(Object.entries(metadata.labels ?? {}).filter(([, value]) => value !== cluster));
  return { ...one, object: { ...one.object, metadata: { ...one.object.metadata, labels }, spec: { ...spec, path } } };
}

function imageChanges(cluster: string, { before, after }: ObjectPair): ImageChange[] {
  const [old, now] = [imagesOf(before?.object), imagesOf(after?.object)];
  const app = appOf((after ?? before)!);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((place): ImageChange[] => {
    const [from, to] = [old.get(place), now.get(place)];
    if (from === to) return [];
    return [{ image: imageName((to ?? from)!), ...(from && { from }), ...(to && { to }), app, clusters: [cluster] }];
  });
}
