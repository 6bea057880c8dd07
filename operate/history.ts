import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { FleetError } from '../model';
import { gitMessage } from './git-message';

/** A copy of the fleet's repository. */
interface Copy {
  readonly originFile: string;
  readonly place: string;
  git(args: readonly string[]): Promise<string>;
  push(commit: string): Promise<void>;
}

/** What a copy was last fetched from. */
interface Origin {
  readonly url: string;
  readonly ref: string;
  /** The folder of the fleet's files in it. */
  readonly folder: string;
  /** The last commit of the repository before, which this one took the place of. @default - nothing is to be carried */
  readonly carries?: string;
}

function read(file: string): Partial<Origin> {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Origin) : {};
  } catch {
    // A run was killed while it wrote it.
    return {};
  }
}

/**
 * Notes what a copy is about to be fetched from. Where that is another repository than before, its last commit is noted as
 * well, as a fetch forgets it.
 *
 * @param revision gives what the copy has under a name
 */
export async function noteOrigin(
  file: string,
  origin: Origin,
  revision: (name: string) => Promise<string | undefined>,
): Promise<void> {
  const { url, ref, folder, carries } = read(file);
  if (url === origin.url && ref === origin.ref && folder === origin.folder) return;
  // In a folder the commits have the files elsewhere.
  const isSame = url !== origin.url && folder === origin.folder;
  const last = isSame && ref !== undefined ? await revision(ref) : undefined;
  writeFileSync(file, JSON.stringify({ ...origin, carries: last ?? carries }));
}

/**
 * Gives a repository that took another one's place the commits of that one, where it has none of its own beside them: so a
 * fleet that moves keeps its history.
 *
 * @param tip the tip of the repository's branch, as it was fetched
 * @returns the tip as it is now
 * @throws FleetError where the repository refuses them; the next run does it again
 */
export async function carryHistory(copy: Copy, tip: string | undefined): Promise<string | undefined> {
  const { carries, ...origin } = read(copy.originFile);
  if (carries === undefined) return tip;
  const isBehind = tip === undefined || (await isAncestor(copy, tip, carries));
  const carried = isBehind && tip !== carries;
  if (carried) {
    await copy.push(carries).catch((cause: unknown) => {
      if (cause instanceof FleetError) throw cause;
      const problem = `it does not take the commits of the repository before: ${gitMessage(cause)}`;
      throw new FleetError({ place: copy.place, problem, next: 'Fix what git names, and run the same command again' });
    });
  }
  writeFileSync(copy.originFile, JSON.stringify(origin));
  return carried ? carries : tip;
}

/** Whether a commit is another one, or among those before it. */
export async function isAncestor(copy: Pick<Copy, 'git'>, one: string, other: string): Promise<boolean> {
  return copy.git(['merge-base', '--is-ancestor', one, other]).then(
    () => true,
    () => false,
  );
}
