import { mkdirSync } from 'node:fs';

import { clusterFolder, clustersFolder, FleetError, repositoryPart, type RepositoryPart } from '../../model';
import type { Builds } from '../build-check/build';
import { type Change, describeChanges } from '../changes';
import { planPublish } from '../publish-plan';
import { fleetTree } from '../layout';
import type { RepositoryCopy } from '../repository';
import type { SideLabel } from './report';

/** One of two states of the repository. */
export interface TreeSide {
  readonly label: SideLabel;
  /** The commit, or the tree. */
  readonly tree: string;
  /** A folder that has its files already. @default - they are taken out of the copy */
  readonly folder?: string;
  /** What has been built of that folder. @default - it is built */
  readonly builds?: Builds;
}

/** What is published; an empty tree where nothing is. */
export async function publishedSide(copy: RepositoryCopy): Promise<TreeSide> {
  const commit = await copy.revision(copy.remoteTip);
  if (commit) return { label: { name: 'published', commit }, tree: await fleetTree(copy, commit) };
  return { label: { name: 'published' }, tree: await copy.git(['hash-object', '-t', 'tree', '--stdin']) };
}

/** What would be published of a folder that was generated from `fleet.ts`. */
export async function workingSide(copy: RepositoryCopy, folder: string): Promise<TreeSide> {
  const label = { name: 'fleet.ts' };
  const generated = await copy.writeTree(folder);
  const tip = await copy.revision(copy.remoteTip);
  if (!tip) return { label, tree: generated, folder };
  const { tree } = await planPublish(copy, tip, generated);
  return { label, tree, ...(tree === generated && { folder }) };
}

/** A commit of the fleet's repository. `published`, `main` and `HEAD` are what is published. @throws FleetError */
export async function revisionSide(copy: RepositoryCopy, name: string): Promise<TreeSide> {
  const { branch } = copy.layout;
  const [first = '', rest = ''] = /^([^~^@]+|@)(.*)$/s.exec(name)?.slice(1) ?? [];
  const isTip = ['published', branch, `origin/${branch}`, 'HEAD', '@'].includes(first);
  const plain = isTip ? `${copy.remoteTip}${rest}` : name;
  const commit = name.startsWith('-') ? undefined : await copy.revision(`${plain}^{commit}`);
  if (commit) return { label: { name, commit }, tree: await fleetTree(copy, commit) };
  throw new FleetError({
    place: copy.place,
    problem: `it has no commit \`${name}\``,
    next: 'Use a commit of the repository that Flux reads, such as `published~1`; `git log` in a clone of it lists them',
  });
}

/** The folder with the files of a side. @param scratch a folder for those that are taken out of the copy */
export async function folderOf(copy: RepositoryCopy, side: TreeSide, scratch: string): Promise<string> {
  if (side.folder) return side.folder;
  mkdirSync(scratch, { recursive: true });
  await copy.withIndex(async (git) => {
    await git(['read-tree', side.tree]);
    await git(['--work-tree', scratch, 'checkout-index', '--all', '--force']);
  });
  return scratch;
}

/** What is asked for of a comparison; everything where nothing is. */
export interface Wanted {
  readonly clusters?: readonly string[];
  readonly apps?: readonly string[];
}

/** What changed files mean, in a sentence: as the subject of their commit. */
export function headlineOf(changes: readonly Change[], { clusters, apps }: Wanted): string {
  const isWanted = (part: RepositoryPart | undefined) => {
    if (!part) return !clusters && !apps;
    const { cluster, unit } = part as { cluster?: string; unit?: string };
    return (!clusters || !cluster || clusters.includes(cluster)) && (!apps || !unit || apps.includes(unit));
  };
  const wanted = changes.filter(({ path }) => isWanted(repositoryPart(path)));
  return wanted.length > 0 ? describeChanges(wanted) : 'No difference';
}

/**
 * Whether changed files can have an effect in a cluster. A file whose part of the fleet is not known can have one in all.
 *
 * @param units the apps and tenants that the cluster has on either side
 */
export function touches(changes: readonly Change[], cluster: string, units: ReadonlySet<string>): boolean {
  return changes.some(({ path }) => {
    const part = repositoryPart(path);
    if (!part) return !path.startsWith(`${clustersFolder}/`) || path.startsWith(`${clusterFolder(cluster)}/`);
    if (part.kind === 'chart') return true;
    if (part.kind === 'base') return units.has(part.unit);
    return part.cluster === cluster;
  });
}
