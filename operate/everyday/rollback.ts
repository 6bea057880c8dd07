import { FleetError, inFolder, overlayFolder, unitFolder } from '../../model';
import { fleetTree } from '../layout';
import { type PageOf, type Proposal, propose } from '../proposal';
import type { Source } from '../publish';
import { entriesOf } from '../publish-plan';
import type { RepositoryCopy } from '../repository';

export interface RollbackProps {
  readonly copy: RepositoryCopy;
  readonly app: string;
  /** Only what this cluster changes of the app. @default - the app in all clusters */
  readonly cluster?: string;
  readonly source: Source;
  /** Where it is set, the commit is pushed to a branch of its own. @default - it is pushed to the branch that Flux reads */
  readonly pullRequest?: PageOf;
  /** Is called before the commit is made, with the fleet's published files and the next ones, as trees. Throws what is wrong. */
  readonly check?: (tip: string, tree: string) => Promise<void>;
}

/** What a rollback has done. */
export interface RolledBack {
  /** The branch's tip: the new commit on top. */
  readonly commit: string;
  /** Where the new commit waits for a merge; undefined where it is in the branch. */
  readonly proposal?: Proposal;
  /** The commit whose change is undone, and its subject. */
  readonly undone: string;
  readonly subject: string;
}

/**
 * Gives an app the files that it had before its last change, by a commit on top. It is a commit like somebody else's: the
 * next publish shows it as a conflict with `fleet.ts`, so that it is not undone unseen.
 *
 * @throws FleetError where the app has no earlier version
 */
export async function rollBack(props: RollbackProps): Promise<RolledBack> {
  const { copy, app, cluster, check } = props;
  const own = cluster === undefined ? unitFolder('apps', app) : overlayFolder('apps', app, cluster);
  const folder = inFolder(copy.layout.folder, own);
  return copy.healed(async () => {
    const tip = await copy.fetch();
    const undone = tip && (await copy.git(['log', '-1', '--format=%H', tip, '--', `:(top,literal)${folder}`]));
    const before = undone && (await copy.revision(`${undone}^`));
    const had = before && (await copy.revision(`${before}:${folder}`));
    if (!tip || !undone || !before || !had) throw noVersionBefore(app, folder);
    const tree = await treeWith(copy, { tip, before, folder });
    await check?.(await fleetTree(copy, tip), await fleetTree(copy, tree));
    const subject = await copy.git(['show', '--no-patch', '--format=%s', undone]);
    const make = () => commitTree(props, { tip, tree, undone, subject });
    if (props.pullRequest) {
      const proposal = await propose(copy, { tree, parent: tip, make, page: props.pullRequest });
      return { commit: tip, undone, subject, proposal };
    }
    const commit = await make();
    await copy.push(commit);
    return { commit, undone, subject };
  });
}

function noVersionBefore(app: string, folder: string): FleetError {
  const problem = `the repository has no version of ${folder} before the one that runs`;
  return new FleetError({ place: `app ${app}`, problem, next: 'Change it in `fleet.ts` and run `npm run up`' });
}

/** The tip's tree, with a folder as it was in another commit. */
async function treeWith(
  copy: RepositoryCopy,
  { tip, before, folder }: { tip: string; before: string; folder: string },
): Promise<string> {
  const [now, then] = await Promise.all([entriesOf(copy, tip), entriesOf(copy, before)]);
  const isInside = (path: string) => path.startsWith(`${folder}/`);
  const paths = [...new Set([...now.keys(), ...then.keys()])].filter(isInside);
  const lines = paths.map((path) => `${then.get(path) ?? `0 ${'0'.repeat(tip.length)}`}\t${path}\0`);
  return copy.withIndex(async (git) => {
    await git(['read-tree', tip]);
    await git(['update-index', '-z', '--replace', '--index-info'], lines.join(''));
    return git(['write-tree']);
  });
}

async function commitTree(
  { copy, app, cluster, source }: RollbackProps,
  { tip, tree, undone, subject }: { tip: string; tree: string; undone: string; subject: string },
): Promise<string> {
  const where = cluster === undefined ? '' : ` in ${cluster}`;
  const lines = [`Roll ${app}${where} back to before ${undone.slice(0, 12)}`, '', `It undoes: ${subject}`, ''];
  const message = [...lines, `Rolled-Back: ${undone}`, ''].join('\n');
  return copy.commit({ tree, parent: tip, message, identity: source.identity });
}
