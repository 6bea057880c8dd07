import type { ClusterPair } from './pair';
import { type Danger, type Effect, type ObjectChange } from './report';
import { listed } from '../listed';

/** Kinds whose deletion takes more with it than the object. */
const holding: Readonly<Record<string, string>> = {
  Namespace: 'with everything in it',
  PersistentVolume: 'with its data, unless its reclaim policy keeps it',
  PersistentVolumeClaim: 'with its data, unless its volume is kept',
  CustomResourceDefinition: 'with every object of its kind',
};

const kinds: Partial<Record<Effect, Danger['kind']>> = {
  orphaned: 'orphaned',
  recreated: 'recreated',
  reinstalled: 'recreated',
  fails: 'fails',
  'not applied': 'suspended',
  'moves to another app': 'moved',
};

const sentences: Partial<Record<Effect, string>> = {
  orphaned: 'stays in the cluster, and nothing owns it any more',
  recreated: 'is deleted and created again',
  reinstalled: 'is uninstalled and installed again',
  fails: 'fails: Flux cannot apply it',
  'not applied': 'is not applied',
  'moves to another app': 'has another owner: the first may delete what the second has applied',
};

/** What should not happen unnoticed in a cluster. */
export function clusterDangers(pair: ClusterPair, objects: readonly ObjectChange[]): Danger[] {
  const { cluster, from, to, follows } = pair;
  const clusters = [cluster];
  const owners = to.doubles.map(({ first, second }): Danger => {
    const subject = `${second.object.kind} ${second.object.metadata.name}`;
    const apps = [...new Set([first.unit.name, second.unit.name])];
    const problem = `is in ${listed(apps)}${apps.length === 1 ? ' twice' : ': both would apply it, each over the other'}`;
    return { kind: 'two owners', subject, problem, clusters };
  });
  if (!follows) return owners;
  if (!to.isMissing || from.isMissing) return [...objects.flatMap((change) => dangersOf(change, clusters)), ...owners];
  const problem =
    'is in the fleet no longer: `npm run up` removes it with everything in it, and until then it keeps what it runs';
  return [{ kind: 'cluster removed', subject: `Cluster ${cluster}`, problem, clusters }, ...owners];
}

function dangersOf(change: ObjectChange, clusters: readonly string[]): Danger[] {
  const { kind, namespace, name, app } = change;
  const subject = `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
  return change.effects.flatMap(({ effect, why }): Danger[] => {
    const loss = holding[kind];
    if (effect === 'deleted' && loss)
      return [{ kind: 'data deleted', subject, problem: `is deleted ${loss}`, clusters }];
    if (effect === 'recreated' && loss)
      return [{ kind: 'data deleted', subject, problem: `is deleted ${loss}, and created again: ${why}`, clusters }];
    const danger = kinds[effect];
    if (!danger) return [];
    const force = effect === 'fails' && !change.chart ? `. With \`force: true\` of ${app} it is recreated` : '';
    return [
      {
        kind: danger,
        subject,
        problem: `${sentences[effect]}: ${why}${force}`.replace('fails: Flux cannot apply it: ', 'cannot be applied: '),
        clusters,
      },
    ];
  });
}
