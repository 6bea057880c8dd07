import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { plaintextIn } from '../../../model/secrets/plaintext';

/**
 * What the git server's hook runs, bundled into its image: refuses a push that brings a Secret in plain text, in any commit,
 * by the rules of `fleet publish`. Once it is in Git it is known. https://git-scm.com/docs/githooks#pre-receive
 */
function main(): void {
  const tips = readFileSync(0, 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? [])
    .filter((tip) => !/^0+$/.test(tip));
  if (tips.length === 0) return;
  let refused = false;
  for (const tip of tips.filter((each) => !isOfCommit(each))) {
    console.error(`${tip.slice(0, 12)} is no commit, nor a tag of one, so that nothing looks into it.`);
    refused = true;
  }
  const files = brought(tips).filter(({ path }) => !path.endsWith('.md'));
  for (let from = 0; from < files.length; from += 200) {
    const some = files.slice(from, from + 200);
    for (const [index, text] of textsOf(some.map(({ blob }) => blob)).entries()) {
      const { path, commit } = some[index]!;
      for (const problem of plaintextIn(text)) {
        console.error(`${path} (commit ${commit}): ${problem}.`);
        refused = true;
      }
    }
  }
  if (!refused) return;
  console.error('Nothing was taken. Encrypt it with `sops encrypt --in-place <file>`, or keep the value by');
  console.error('`npm run fleet -- secrets set`; then make the commit anew (`git commit --amend`), and push again.');
  process.exitCode = 1;
}

function isOfCommit(tip: string): boolean {
  return git(['cat-file', '--batch-check=%(objecttype)'], `${tip}^{}\n`).toString('utf8').trim() === 'commit';
}

/** A file that a push brings, and the commit that brings it. */
interface Brought {
  readonly blob: string;
  readonly path: string;
  readonly commit: string;
}

function brought(tips: readonly string[]): Brought[] {
  const format = [
    '--format=commit %h',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '-z',
    '-m',
    '--root',
    '--diff-filter=d',
  ];
  const files = new Map<string, Brought>();
  let [commit, blob] = ['', ''];
  for (const entry of git(['log', ...format, ...tips, '--not', '--all'])
    .toString('utf8')
    .split('\0')) {
    const [, hash, rest] = /^\n*commit (\w+)(?:\n+|$)([^]*)$/.exec(entry) ?? [undefined, undefined, entry];
    if (hash) commit = hash.slice(0, 12);
    const field = rest.replace(/^\n+/, '');
    const raw = /^:\d+ (\d+) \w+ (\w+) [A-Z]/.exec(field);
    if (raw) {
      // The commit of a submodule is in another repository.
      blob = raw[1] === '160000' ? '' : raw[2]!;
    } else if (field && blob) {
      const key = `${blob} ${field}`;
      if (!files.has(key)) files.set(key, { blob, path: field, commit });
    }
  }
  return [...files.values()];
}

/** What blobs hold. */
function textsOf(blobs: readonly string[]): string[] {
  const output = git(['cat-file', '--batch'], `${blobs.join('\n')}\n`);
  let at = 0;
  return blobs.map(() => {
    const end = output.indexOf('\n', at);
    const size = Number(/ blob (\d+)$/.exec(output.toString('utf8', at, end))![1]);
    const text = output.toString('utf8', end + 1, end + 1 + size);
    at = end + size + 2;
    return text;
  });
}

function git(args: readonly string[], input = ''): Buffer {
  return execFileSync('git', [...args], { input, maxBuffer: 2 ** 31, stdio: ['pipe', 'pipe', 'inherit'] });
}

main();
