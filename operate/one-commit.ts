import { parseAllDocuments } from 'yaml';
import { baseFolder, clustersFolder, type Problem, type RepositoryPart, repositoryPart, throwProblems } from '../model';
import type { Change } from './changes';
import type { RepositoryCopy } from './repository';

/** The fleet's files as they are published, and the next ones. */
export interface TreesProps {
  readonly copy: RepositoryCopy;
  readonly before: string;
  readonly tree: string;
  readonly changes: readonly Change[];
}

/** @throws FleetError for each change that Flux cannot apply in one commit, with the steps that do */
export async function refuseImpossible(props: TreesProps): Promise<void> {
  const { copy, before: published, tree, changes } = props;
  if (!changes.some(({ path }) => isOfAppBase(repositoryPart(path)))) return;
  const [before, after] = await Promise.all([published, tree].map((each) => appsByCluster(copy, each)));
  const clustersOf = (app: string) =>
    [...after!].filter(([name, apps]) => apps.has(app) && before!.get(name)?.has(app)).map(([name]) => name);
  const problems = [...releasesThatChangeKind(changes, clustersOf), ...(await swappedNodePorts(props, clustersOf))];
  throwProblems(problems);
}

function isOfAppBase(part: RepositoryPart | undefined): part is RepositoryPart & { kind: 'base' } {
  return part?.kind === 'base' && part.folder === 'apps';
}

/** The clusters that have a folder in a tree, with the apps and tenants of each. */
async function appsByCluster(copy: RepositoryCopy, tree: string): Promise<Map<string, Set<string>>> {
  const paths = (await copy.git(['ls-tree', '-r', '-z', '--name-only', tree, `${clustersFolder}/`])).split('\0');
  const clusters = new Map<string, Set<string>>();
  for (const part of paths.map(repositoryPart)) {
    if (part?.kind !== 'unit in cluster') continue;
    clusters.set(part.cluster, (clusters.get(part.cluster) ?? new Set()).add(part.unit));
  }
  return clusters;
}

/** The clusters that run an app before a commit and after it. */
type ClustersOf = (app: string) => readonly string[];

/**
 * Apps that were a Helm release and are something else under the same name. Flux would apply the new objects, and Helm
 * would then uninstall them with the release.
 */
function releasesThatChangeKind(changes: readonly Change[], clustersOf: ClustersOf): Problem[] {
  const removed = changes.filter(({ status }) => status === 'D').map(({ path }) => repositoryPart(path));
  const releases = removed.filter(isOfAppBase).filter(({ file }) => file === 'helmrelease.yaml');
  return releases.flatMap(({ unit: app }) => {
    const clusters = clustersOf(app);
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
async function swappedNodePorts(
  { copy, before: published, tree }: TreesProps,
  clustersOf: ClustersOf,
): Promise<Problem[]> {
  const [before, after] = [await nodePorts(copy, published), await nodePorts(copy, tree)];
  const clusters = new Set([...after.keys()].flatMap(clustersOf));
  const problems = [...clusters].flatMap((cluster) => {
    const stays = (app: string) => clustersOf(app).includes(cluster);
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
  const found = await copy
    .git(['grep', '-z', '--name-only', 'nodePort', tree, '--', `${baseFolder('apps', '*')}/*`])
    .catch(() => '');
  const ports = new Map<string, number[]>();
  for (const path of found.split('\0').filter(Boolean)) {
    // The tree's name stands before the path.
    const part = repositoryPart(path.slice(tree.length + 1));
    if (!isOfAppBase(part) || !/\.(ya?ml|json)$/.test(part.file)) continue;
    const text = await copy.git(['show', path]);
    const set = parseAllDocuments(text).flatMap((document) => portsOf(document.toJS()));
    ports.set(part.unit, [...(ports.get(part.unit) ?? []), ...set]);
  }
  return ports;
}

function portsOf(object: unknown): number[] {
  const { spec } = (object ?? {}) as { spec?: { ports?: unknown } };
  const ports = Array.isArray(spec?.ports) ? (spec.ports as { nodePort?: number }[]) : [];
  return ports.flatMap(({ nodePort }) => nodePort ?? []);
}
