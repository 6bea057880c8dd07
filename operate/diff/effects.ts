import { asRecord } from '../../model/validation/values';
import type { BuiltObject } from '../build-check/built';
import type { KubernetesObject } from '../build-check/object';
import { isApart } from '../build-check/post-render';
import type { ClusterPair, ObjectPair } from './pair';
import { immutableChanges, restartsPods } from './immutable';
import type { ObjectChange } from './report';
import { type ClusterSide, isOfRoot } from './side';

type Effects = ObjectChange['effects'];

/** What becomes of an object in its cluster when Flux applies the change. */
export function changeEffects(pair: ClusterPair, { before, after }: ObjectPair): Effects {
  if (!after) return [removal(pair, before!)];
  const paused = pausedBy(pair.to, after);
  if (!before) return paused ? [{ effect: 'not applied', why: paused }] : [];
  const effects: Effects[number][] = [];
  if (before.unit.name !== after.unit.name)
    effects.push({ effect: 'moves to another app', why: `from ${before.unit.name} to ${after.unit.name}` });
  const isRename = before.object.metadata.name !== after.object.metadata.name;
  if (isRename) return paused ? [...effects, { effect: 'not applied', why: paused }] : effects;
  effects.push(...replacement(pair, before, after));
  if (restartsPods(before.object, after.object)) effects.push({ effect: 'restarts pods' });
  const differs = effects.length > 0 || JSON.stringify(before.object) !== JSON.stringify(after.object);
  return paused && differs ? [{ effect: 'not applied', why: paused }] : effects;
}

/** What Flux or Helm does with an object that the next commit does not have. */
function removal({ from, to }: ClusterPair, one: BuiltObject): Effects[number] {
  if (to.isMissing) return { effect: 'deleted', why: 'with its cluster' };
  const kept = keeper({ from, to }, one);
  return kept ? { effect: 'orphaned', why: kept } : { effect: 'deleted' };
}

const pruneKey = 'kustomize.toolkit.fluxcd.io/prune';

/** Why an object stays in the cluster, without an owner, when it is gone from the commit. */
function keeper({ from, to }: Pick<ClusterPair, 'from' | 'to'>, one: BuiltObject): string | undefined {
  const { object, release } = one;
  if (release) {
    if (object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep') return '`helm.sh/resource-policy: keep`';
    if (isApart(one))
      return object.kind === 'CustomResourceDefinition'
        ? 'Helm leaves definitions in crds/'
        : 'Helm does not remove hooks';
    if (specOf(release)['suspend'] === true) return 'its HelmRelease is suspended';
  }
  const own = release ?? object;
  if (marked(own, pruneKey, 'disabled')) return `\`${pruneKey}: disabled\``;
  if (isOfRoot(one)) return undefined;
  const spec = specOf(from.parents.get(one.unit.path));
  const next = to.parents.get(one.unit.path);
  const name = `Flux Kustomization \`${one.unit.name}\``;
  if (!next) {
    if (spec['suspend'] === true) return `its ${name} is suspended when it is removed`;
    const policy = spec['deletionPolicy'];
    if (policy === 'Orphan') return `its ${name} has \`deletionPolicy: Orphan\``;
    if (policy === 'Delete' || policy === 'WaitForTermination') return undefined;
    return spec['prune'] === false ? `its ${name} has \`prune: false\`` : undefined;
  }
  if (specOf(next)['suspend'] === true) return `its ${name} is suspended`;
  return specOf(next)['prune'] === false ? `its ${name} has \`prune: false\`` : undefined;
}

/** Why nothing is applied of an object now. */
function pausedBy(side: ClusterSide, one: BuiltObject): string | undefined {
  const { object, release, unit } = one;
  if (specOf(release)['suspend'] === true) return 'its HelmRelease is suspended';
  if (!isOfRoot(one) && specOf(side.parents.get(unit.path))['suspend'] === true)
    return `its Flux Kustomization \`${unit.name}\` is suspended`;
  const key = 'kustomize.toolkit.fluxcd.io/reconcile';
  return marked(object, key, 'disabled') ? `\`${key}: disabled\`` : undefined;
}

/** What happens where a field that cannot change does. */
function replacement({ to }: ClusterPair, before: BuiltObject, after: BuiltObject): Effects {
  if (after.object.kind === 'HelmRelease') return reinstallation(before.object, after.object);
  const fields = isApart(after) ? [] : immutableChanges(before.object, after.object);
  if (fields.length === 0) return [];
  const names = fields.map((field) => `\`${field}\``).join(', ');
  const why = `${names} cannot change in an existing object`;
  const key = 'kustomize.toolkit.fluxcd.io/force';
  const forced = specOf(to.parents.get(after.unit.path))['force'] === true || marked(after.object, key, 'enabled');
  return !after.chart && forced ? [{ effect: 'recreated', why }] : [{ effect: 'fails', why }];
}

/** A release is told by these, so that another value is another release. */
function reinstallation(before: KubernetesObject, after: KubernetesObject): Effects {
  const fields = ['releaseName', 'storageNamespace', 'targetNamespace'];
  const changed = fields.filter((field) => specOf(before)[field] !== specOf(after)[field]);
  if (changed.length === 0) return [];
  const names = changed.map((field) => `\`spec.${field}\``).join(', ');
  return [{ effect: 'reinstalled', why: `${names}: Helm uninstalls the release, and installs another one` }];
}

function specOf(object: KubernetesObject | undefined): Readonly<Record<string, unknown>> {
  return asRecord(object?.['spec']);
}

/** Whether a label or an annotation of an object has a value, as Flux reads either. */
function marked({ metadata }: KubernetesObject, key: string, value: string): boolean {
  return [metadata.labels, metadata.annotations].some((each) => each?.[key]?.toLowerCase() === value);
}
