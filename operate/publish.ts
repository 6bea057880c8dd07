import { basename } from 'node:path';

import { execa } from 'execa';

import { branch, FleetError, programName } from '../model';
import { type Change, describeChanges } from './changes';
import { refuseImpossible } from './one-commit';
import { refusePlaintext } from './plaintext';
import { type RepositoryCopy } from './repository';

/** A folder to publish. */
export interface PublishProps {
  readonly copy: RepositoryCopy;
  /** The folder whose content the repository gets. */
  readonly manifests: string;
  /** The commit that the folder was rendered from: `1a2b3c…`, or `1a2b3c… with uncommitted changes`. */
  readonly source: string;
  /**
   * A commit of somebody else whose changes may be undone by the new commit on top of it.
   * @default - none
   */
  readonly over?: string;
  /** Is called before a commit is made, with the published tree and the next one. Throws what is wrong with that. */
  readonly check?: (published: string, next: string) => Promise<void>;
}

/** The result of publishing. */
export interface Published {
  /** The branch's tip, which the clusters must apply. */
  readonly commit: string;
  /** The subject of the new commit; undefined where nothing had changed. */
  readonly subject?: string;
}

/** The trailer that marks our commits: https://git-scm.com/docs/git-interpret-trailers */
const trailer = 'Source-Commit';

/**
 * Makes the branch's tip equal to the folder, by one ordinary commit on top of it.
 *
 * @throws FleetError when that would undo what somebody else pushed, with the difference; or when the folder has a
 * secret in plain text.
 */
export async function publish(props: PublishProps): Promise<Published> {
  const { copy, manifests, source } = props;
  refusePlaintext(manifests, basename(manifests));
  const tip = await copy.fetch();
  const tree = await copy.writeTree(manifests);
  const changes = tip ? await changesBetween(copy, tip, tree) : [];
  if (tip && changes.length === 0) return { commit: tip };
  if (tip) await refuseToUndo(props, tip, tree);
  if (tip) {
    await refuseImpossible({ copy, tip, tree, changes });
    await props.check?.(tip, tree);
  }
  const subject = tip ? describeChanges(changes) : 'Publish the fleet';
  const commit = await commitTree(copy, { tree, parent: tip, message: `${subject}\n\n${trailer}: ${source}\n` });
  await copy.push(commit);
  return { commit, subject };
}

/** The files that differ between two trees, by path. */
export async function changesBetween(copy: RepositoryCopy, from: string, to: string): Promise<Change[]> {
  const fields = (await copy.git(['diff-tree', '-r', '-z', '--no-renames', '--name-status', from, to])).split('\0');
  const changes: Change[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    changes.push({ status: fields[i] as Change['status'], path: fields[i + 1]! });
  }
  return changes;
}

/** @throws FleetError when a path that others changed since our last commit would change again. */
async function refuseToUndo({ copy, over }: PublishProps, tip: string, tree: string): Promise<void> {
  if (over && (await copy.revision(`${over}^{commit}`)) === tip) return;
  const ours = await copy.git(['log', '-1', '--format=%H', '-E', `--grep=^${trailer}: `, tip]);
  const base = ours || (await copy.git(['hash-object', '-t', 'tree', '--stdin']));
  if (ours === tip) return;
  const theirs = new Set((await changesBetween(copy, base, tip)).map(({ path }) => path));
  const undone = (await changesBetween(copy, tip, tree)).map(({ path }) => path).filter((path) => theirs.has(path));
  if (undone.length === 0) return;
  const commits = await copy.git(['log', '--format=%h %an: %s', ours ? `${ours}..${tip}` : tip]);
  const diff = await copy.git(['diff', '--no-renames', tip, tree, '--', ...undone]);
  throw new FleetError({
    place: `branch ${branch} of the repository`,
    problem: `publishing would undo what others pushed there:\n${commits}\n\n${diff}\n`,
    next:
      'Make their change in `fleet.ts`, so that `npm run synth` renders it too; ' +
      `or undo it with \`npm run fleet -- publish --over ${tip.slice(0, 12)}\``,
  });
}

interface CommitProps {
  readonly tree: string;
  readonly parent?: string;
  readonly message: string;
}

async function commitTree(copy: RepositoryCopy, { tree, parent, message }: CommitProps): Promise<string> {
  const env = await identity();
  return copy.git(['commit-tree', tree, ...(parent ? ['-p', parent] : []), '-F', '-'], { env, input: message });
}

/** The author of commits: the user's own Git identity, or the fleet's where there is none. */
async function identity(): Promise<Record<string, string>> {
  const known = await execa('git', ['var', 'GIT_COMMITTER_IDENT'], { reject: false });
  if (known.exitCode === 0 && (await execa('git', ['config', 'user.email'], { reject: false })).exitCode === 0)
    return {};
  const [name, email] = [programName, `${programName}@localhost`];
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

/** The commit that this clone is at, as the trailer has it. */
export async function sourceCommit(directory: string): Promise<string> {
  const git = async (...args: string[]) => (await execa('git', ['-C', directory, ...args], { reject: false })).stdout;
  const head = (await git('rev-parse', '--quiet', '--verify', 'HEAD')) || 'not committed';
  const dirty = (await git('status', '--porcelain')) !== '';
  return dirty ? `${head} with uncommitted changes` : head;
}
