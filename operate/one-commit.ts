import { parseAllDocuments } from 'yaml';

import { FleetError, type Problem } from '../model';
import type { Change } from './changes';
import { unitsIn } from './published-units';
import type { RepositoryCopy } from './repository';

/** The last published tree and the new one. */
export interface TreesProps {
  readonly copy: RepositoryCopy;
  /** The branch's tip. */
  readonly tip: string;
  readonly tree: string;
  readonly changes: readonly Change[];
}

/** @throws FleetError for each change that Flux cannot apply in one commit, with the steps that do */
export async function refuseImpossible(props: TreesProps): Promise<void> {
  const { changes } = props;
  if (!changes.some(({ path }) => /^apps\/[^/]+\/base\//.test(path))) return;
  const problems = [...(await releasesThatChangeKind(props)), ...(await swappedNodePorts(props))];
  if (problems.length > 0) throw new FleetError(...problems);
}

/** The clusters that have a folder in a tree, with the apps of each. */
async function appsByCluster(copy: RepositoryCopy, tree: string): Promise<Map<string, string[]>> {
  const paths = (await copy.git(['ls-tree', '-z', '--name-only', tree, 'clusters/'])).split('\0').filter(Boolean);
  const clusters = paths.map((path) => path.slice('clusters/'.length));
  return new Map(await Promise.all(clusters.map(async (name) => [name, await unitsIn(copy, name, tree)] as const)));
}

/**
 * Apps that were a Helm release and are something else under the same name. Flux would apply the new objects, and Helm
 * would then uninstall them with the release.
 */
async function releasesThatChangeKind({ copy, tip, tree, changes }: TreesProps): Promise<Problem[]> {
  const removed = changes.flatMap(({ status, path }) =>
    status === 'D' ? (/^apps\/([^/]+)\/base\/helmrelease\.yaml$/.exec(path)?.[1] ?? []) : [],
  );
  if (removed.length === 0) return [];
  const [before, after] = [await appsByCluster(copy, tip), await appsByCluster(copy, tree)];
  const stays = (app: string) =>
    [...after].filter(([name, apps]) => apps.includes(app) && before.get(name)?.includes(app)).map(([name]) => name);
  return removed.flatMap((app) => {
    const clusters = stays(app);
    if (clusters.length === 0) return [];
    return {
      place: `apps.${app}`,
      problem: `it was a Helm release, and Helm would uninstall the new objects of the same name (clusters: ${clusters.join(', ')})`,
      next:
        `Give the new app another name, publish, and remove \`${app}\` later; or, if the app may be down in between, ` +
        `remove \`${app}\` from \`runs\`, run \`npm run up\`, and add it again`,
    };
  });
}

/** Apps of one cluster that take each other's node ports: Kubernetes gives out a port only when it is free. */
async function swappedNodePorts({ copy, tip, tree }: TreesProps): Promise<Problem[]> {
  const [before, after] = [await nodePorts(copy, tip), await nodePorts(copy, tree)];
  const [apps, appsAfter] = [await appsByCluster(copy, tip), await appsByCluster(copy, tree)];
  const problems = [...appsAfter].flatMap(([cluster, names]) => {
    const stays = (app: string) => names.includes(app) && (apps.get(cluster)?.includes(app) ?? false);
    const holders = new Map(
      [...before].filter(([app]) => stays(app)).flatMap(([app, ports]) => ports.map((port) => [port, app])),
    );
    /** The app whose port another one takes, and which has to give it up first. */
    const waitsFor: Next = (app) =>
      (after.get(app) ?? []).flatMap((port) => holders.get(port) ?? []).filter((other) => other !== app);
    const inCycle = [...after.keys()].filter((app) => stays(app) && isInCycle(app, waitsFor)).sort();
    return inCycle.length > 0 ? [inCycle.join('`, `')] : [];
  });
  return [...new Set(problems)].map((names) => ({
    place: `apps.${names.split('`')[0]}.nodePort`,
    problem: `\`${names}\` take each other's node ports, which are never free`,
    next: 'Give one of them a node port that nobody has, run `npm run up`, and then set the one that you want',
  }));
}

type Next = (app: string) => readonly string[];

/** Whether one comes back to an app by going on to the next ones. */
function isInCycle(app: string, next: Next): boolean {
  const reached = new Set(next(app));
  // The loop also visits the names that are added to the set while it runs.
  for (const each of reached) for (const further of next(each)) reached.add(further);
  return reached.has(app);
}

/** The node ports that each app's base sets. */
async function nodePorts(copy: RepositoryCopy, tree: string): Promise<Map<string, number[]>> {
  // It ends with 1 when no file has the word.
  const found = await copy.git(['grep', '-z', '--name-only', 'nodePort', tree, '--', 'apps/*/base/*']).catch(() => '');
  const ports = new Map<string, number[]>();
  for (const path of found.split('\0').filter(Boolean)) {
    const app = path.split('/')[1]!;
    const text = await copy.git(['show', path]);
    const set = parseAllDocuments(text).flatMap((document) => portsOf(document.toJS()));
    ports.set(app, [...(ports.get(app) ?? []), ...set]);
  }
  return ports;
}

function portsOf(object: unknown): number[] {
  const { spec } = (object ?? {}) as { spec?: { ports?: unknown } };
  const ports = Array.isArray(spec?.ports) ? (spec.ports as { nodePort?: number }[]) : [];
  return ports.flatMap(({ nodePort }) => nodePort ?? []);
}
