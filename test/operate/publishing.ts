import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach } from 'vitest';

import { publish } from '../../operate/publish';
import { RepositoryCopy } from '../../operate/repository';

/** Where a test publishes from and to; new for each test. */
export const place = { scratch: '', server: '', manifests: '', copyFolder: '' };
export let copy: RepositoryCopy;

beforeEach(async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'publish-'));
  const paths = { server: 'server.git', manifests: 'manifests', copyFolder: 'copy.git' };
  Object.assign(
    place,
    { scratch },
    Object.fromEntries(Object.entries(paths).map(([key, name]) => [key, join(scratch, name)])),
  );
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', place.server]);
  copy = anotherCopy(place.copyFolder);
});
afterEach(() => rmSync(place.scratch, { recursive: true, force: true, maxRetries: 9 }));

/** A copy of the same repository, as of a colleague. */
export const anotherCopy = (folder: string) => new RepositoryCopy(folder, { url: place.server, environment: {} });

/** Runs git in the server's repository. */
export const git = async (...args: string[]) => (await execa('git', ['--git-dir', place.server, ...args])).stdout;

export const files = async () => (await git('ls-tree', '-r', '--name-only', 'main')).split('\n');

/** Makes the folder hold just these files. */
export function write(content: Record<string, string>): void {
  rmSync(place.manifests, { recursive: true, force: true, maxRetries: 9 });
  for (const [path, text] of Object.entries(content)) writeIn(place.manifests, path, text);
}

function writeIn(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const person = { NAME: 'flux-fleet', EMAIL: 'flux-fleet@localhost' };
const variables = Object.entries(person).flatMap(([key, value]) =>
  ['AUTHOR', 'COMMITTER'].map((role) => [`GIT_${role}_${key}`, value]),
);
export const source = { commit: 'abc123', identity: Object.fromEntries(variables) as Record<string, string> };

/**
 * @param from a copy. @default - the first one
 * @param check is called before the commit is made
 */
export const publishIt = (over?: string, from = copy, check?: () => Promise<void>) =>
  publish({ copy: from, manifests: place.manifests, source, over, check });

/** What somebody else does in a clone, pushed by hand; gives the branch's tip. */
export async function byHand(work: (git: (...args: string[]) => Promise<string>, clone: string) => Promise<unknown>) {
  const clone = join(place.scratch, 'clone');
  rmSync(clone, { recursive: true, force: true, maxRetries: 9 });
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  const inClone = async (...args: string[]) => (await execa('git', ['-C', clone, ...identity, ...args])).stdout;
  await execa('git', ['clone', '--quiet', place.server, clone]);
  await work(inClone, clone);
  await inClone('push', '--quiet', 'origin', 'HEAD:main');
  return inClone('rev-parse', 'HEAD');
}

/** Somebody else's commit that changes files, or removes those whose text is undefined. */
export async function pushByHand(files: Record<string, string | undefined>): Promise<string> {
  return byHand(async (git, clone) => {
    for (const [path, text] of Object.entries(files)) {
      rmSync(join(clone, path), { recursive: true, force: true });
      if (text !== undefined) writeIn(clone, path, text);
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Mend by hand');
  });
}
