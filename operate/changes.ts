import { repositoryPart } from '../model';

export interface Change {
  /** As git prints it: added, deleted, modified, type changed. */
  readonly status: 'A' | 'D' | 'M' | 'T';
  readonly path: string;
}

/** The changes in what git prints with `--name-status -z`. */
export function changesIn(output: string): Change[] {
  const fields = output.split('\0').filter(Boolean);
  return fields.flatMap((status, i) => (i % 2 ? [] : [{ status: status as Change['status'], path: fields[i + 1]! }]));
}

/** The effect of a changed file on an app, a tenant or a chart: `app-a` in `dev`, or everywhere. */
interface Effect {
  readonly app: string;
  /** Undefined for the app's base, which every cluster that runs it has. */
  readonly cluster?: string;
  readonly verb: 'add' | 'remove' | 'change';
}

/** A commit's subject: what its changes mean, as in `Change app-a in dev, remove app-b from prod`. */
export function describeChanges(changes: readonly Change[]): string {
  const effects = changes.map(effectOf).filter((effect) => effect !== undefined);
  const phrases = [...new Set(strongest(effects).map(describe))];
  if (phrases.length === 0) return `Change ${changes.length === 1 ? changes[0]!.path : `${changes.length} files`}`;
  const [first, ...rest] = phrases.length > 4 ? [...phrases.slice(0, 3), `${phrases.length - 3} more`] : phrases;
  return [first!.charAt(0).toUpperCase() + first!.slice(1), ...rest].join(', ');
}

const clusterVerbs = { A: 'add', D: 'remove', M: 'change', T: 'change' } as const;

function effectOf({ status, path }: Change): Effect | undefined {
  const part = repositoryPart(path);
  switch (part?.kind) {
    case 'unit in cluster':
      return { app: part.unit, cluster: part.cluster, verb: clusterVerbs[status] };
    case 'base':
    case 'overlay':
      return { app: part.unit, cluster: part.kind === 'overlay' ? part.cluster : undefined, verb: 'change' };
    case 'chart':
      return { app: `chart ${part.chart}`, verb: 'change' };
    case undefined:
      return undefined;
  }
}

/** Without changes of an app in a cluster that gains or loses it, and of one that changes everywhere. */
function strongest(effects: readonly Effect[]): Effect[] {
  const has = (app: string, cluster: string | undefined, verbs: readonly string[]) =>
    effects.some((other) => other.app === app && other.cluster === cluster && verbs.includes(other.verb));
  return effects.filter(({ app, cluster, verb }) => {
    if (verb !== 'change') return true;
    if (cluster === undefined) return !effects.some((other) => other.app === app && other.verb !== 'change');
    return !has(app, cluster, ['add', 'remove']) && !has(app, undefined, ['change']);
  });
}

function describe({ app, cluster, verb }: Effect): string {
  const preposition = { add: 'to', remove: 'from', change: 'in' }[verb];
  return `${verb} ${app}${cluster ? ` ${preposition} ${cluster}` : ''}`;
}
