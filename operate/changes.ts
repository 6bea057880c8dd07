/** A file that a commit adds, changes or removes. */
export interface Change {
  /** As git says it: added, deleted, modified, type changed. */
  readonly status: 'A' | 'D' | 'M' | 'T';
  readonly path: string;
}

/** What the change of a file means for an app, a tenant or a chart: `app-a` in `dev`, or everywhere. */
interface Effect {
  readonly app: string;
  /** Undefined for the app's base, which every cluster that runs it has. */
  readonly cluster?: string;
  readonly verb: 'add' | 'remove' | 'change';
}

/** A commit's subject: what its changes mean, as in `Change app-a in dev, remove app-b from prod`. */
export function describeChanges(changes: readonly Change[]): string {
  const effects = changes.map(effect).filter((found) => found !== undefined);
  const sayings = [...new Map(strongest(effects).map((found) => [say(found), found])).keys()];
  if (sayings.length === 0) return `Change ${changes.length === 1 ? changes[0]!.path : `${changes.length} files`}`;
  const [first, ...rest] = sayings.length > 4 ? [...sayings.slice(0, 3), `${sayings.length - 3} more`] : sayings;
  return [first!.charAt(0).toUpperCase() + first!.slice(1), ...rest].join(', ');
}

function effect({ status, path }: Change): Effect | undefined {
  const enrolled = /^clusters\/([^/]+)\/([^/]+)\.yaml$/.exec(path);
  if (enrolled) {
    const [, cluster, app] = enrolled;
    if (app === 'kustomization') return undefined;
    return { app: app!, cluster, verb: status === 'A' ? 'add' : status === 'D' ? 'remove' : 'change' };
  }
  const patched = /^(?:apps|tenants)\/([^/]+)\/(?:overlays\/([^/]+)|base)\//.exec(path);
  if (patched) return { app: patched[1]!, cluster: patched[2], verb: 'change' };
  const chart = /^charts\/([^/]+)\//.exec(path);
  return chart ? { app: `chart ${chart[1]}`, verb: 'change' } : undefined;
}

/** An app that a cluster gains or loses is not said to change there as well, nor is one that changes everywhere. */
function strongest(effects: readonly Effect[]): Effect[] {
  const has = (app: string, cluster: string | undefined, verbs: readonly string[]) =>
    effects.some((other) => other.app === app && other.cluster === cluster && verbs.includes(other.verb));
  return effects.filter(({ app, cluster, verb }) => {
    if (verb !== 'change') return true;
    if (cluster === undefined) return !effects.some((other) => other.app === app && other.verb !== 'change');
    return !has(app, cluster, ['add', 'remove']) && !has(app, undefined, ['change']);
  });
}

function say({ app, cluster, verb }: Effect): string {
  const preposition = { add: 'to', remove: 'from', change: 'in' }[verb];
  return `${verb} ${app}${cluster ? ` ${preposition} ${cluster}` : ''}`;
}
