import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sideBySide } from '../machine/all-of';
import type { Problem } from '../model';
import type { RepositoryCredential } from '../stacks/repositories/provider';
import { gitMessage } from './git-message';
import { proposals, RepositoryCopy } from './repository';

/** A credential that was tried. */
export interface TriedCredential {
  readonly credential: RepositoryCredential;
  /** Why the server does not take it, or what else keeps it from being tried; undefined where it does what it is for. */
  readonly problem?: Problem;
}

/** How long the server may take to answer, in ms. */
const timeout = 60_000;

interface Cause {
  readonly pattern: RegExp;
  readonly problem: string;
  readonly next: string;
  /** What of git's message is shown. @default - all of it */
  readonly detail?: RegExp;
}

/** What has nothing to do with who asks, by what git prints: each credential would fail in the same way. */
const causes: readonly Cause[] = [
  {
    pattern: /host key verification failed|remote host identification has changed/i,
    problem: 'the server has another host key than the one that is known',
    detail: /SHA256:[\w+/]+/,
    next: 'Compare the key with the one that the server publishes, and set `knownHosts` in `hosted({ … })` to that',
  },
  {
    pattern: /certificate|SSL|TLS/,
    problem: "the server's certificate is not signed by anybody whom this machine knows",
    next: 'Set `ca` in `hosted({ … })` to the file with the certificate, as PEM, of who signs it',
  },
  {
    pattern: /could not resolve|refused|timed? ?out|no route|unreachable|does not answer/i,
    problem: 'the server cannot be reached',
    next: 'Fix `url` in `hosted({ … })`, or the way from this machine to the server, and run the same command again',
  },
];

/** Tries credentials, all side by side: each reads, and one that writes does all of a push but the last step. */
export async function tryCredentials(credentials: readonly RepositoryCredential[]): Promise<TriedCredential[]> {
  const folder = await mkdtemp(join(tmpdir(), 'flux-fleet-access-'));
  try {
    // No server takes any number of logins at once.
    return await sideBySide(credentials, (one) => tryCredential(one, join(folder, one.who.replaceAll(' ', '-'))), 8);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryCredential(credential: RepositoryCredential, folder: string): Promise<TriedCredential> {
  const { access, writes, isMissing, next, who } = credential;
  const place = access.url;
  if (isMissing) return { credential, problem: { place, problem: `${who} has no token`, next } };
  const copy = new RepositoryCopy(folder, access);
  try {
    await copy.git(['init', '--quiet', '--bare', '--template=', folder]);
    await copy.git(['ls-remote', '--quiet', '--heads', access.url], { timeout });
    if (writes) await tryToPush(copy, access.url);
    return { credential };
  } catch (cause) {
    // What git adds to each failure over SSH.
    const message = gitMessage(cause)
      .replace(/; fatal: Could not read from remote repository.*/s, '')
      .replace(/\.$/, '');
    const known = causes.find(({ pattern }) => pattern.test(message));
    if (known)
      return {
        credential,
        problem: {
          place,
          problem: `${known.problem}: ${known.detail?.exec(message)?.[0] ?? message}`,
          next: known.next,
        },
      };
    const problem = `${who} may not ${writes ? 'read and write' : 'read'}: ${message}`;
    return { credential, problem: { place, problem, next } };
  }
}

/** A server tells who may not write before it takes anything. */
async function tryToPush(copy: RepositoryCopy, url: string): Promise<void> {
  const tree = await copy.git(['hash-object', '-t', 'tree', '-w', '--stdin']);
  const identity = { GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x' };
  const commit = await copy.git(['commit-tree', tree, '-m', 'x'], { env: identity });
  const args = ['push', '--porcelain', '--dry-run', url, `${commit}:refs/heads/${proposals}/access`];
  await copy.git(args, { timeout }).catch((cause: { stdout?: string }) => {
    // It would have taken the branch. Some servers call it a failure that nothing comes then.
    if (!cause.stdout?.includes('[new branch]')) throw cause;
  });
}

/** The problems of credentials, those that all share once. */
export function accessProblems(tried: readonly TriedCredential[]): Problem[] {
  const problems = tried.flatMap(({ problem }) => problem ?? []);
  const first = new Map(problems.map((problem) => [`${problem.problem} ${problem.next}`, problem]));
  return [...first.values()];
}
