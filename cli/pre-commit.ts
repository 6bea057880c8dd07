import { join } from 'node:path';
import { execa } from 'execa';
import { FleetError, type Problem } from '../model';
import { plaintextIn } from '../model/secrets/plaintext';

/**
 * What must not be committed of what is staged in a repository: a Secret in plain text, and a file of the tool that is
 * not formatted. The staged content is looked at, not the file on disk.
 */
export async function stagedProblems(root: string): Promise<Problem[]> {
  const git = async (...args: string[]) =>
    (await execa('git', ['-C', root, ...args], { stripFinalNewline: false })).stdout;
  const list = await git('diff', '--cached', '--name-only', '-z', '--diff-filter=ACMR');
  const problems: Problem[] = [];
  for (const path of list.split('\0').filter(Boolean)) {
    problems.push(...(await problemsOf(root, path, await git('show', `:${path}`))));
  }
  return problems;
}

async function problemsOf(root: string, path: string, text: string): Promise<Problem[]> {
  // The tests hold Secrets that are examples.
  const isManifest = /\.(ya?ml|json)$/.test(path) && !path.startsWith('test/');
  const plain = (isManifest ? plaintextIn(text) : []).map((problem) => ({
    place: path,
    problem,
    next: 'Keep the value with `npm run fleet -- secrets set`, or encrypt the file with `sops encrypt --in-place`',
  }));
  return (await isFormatted(root, path, text))
    ? plain
    : [...plain, { place: path, problem: 'it is not formatted', next: 'Run `npm run format`, then `git add` it' }];
}

async function isFormatted(root: string, path: string, text: string): Promise<boolean> {
  const prettier = await import('prettier');
  const file = join(root, path);
  const { ignored, inferredParser } = await prettier.getFileInfo(file, { ignorePath: join(root, '.prettierignore') });
  if (ignored || !inferredParser) return true;
  return prettier.check(text, { ...(await prettier.resolveConfig(file)), filepath: file });
}

/** Ends with exit code 1 when something must not be committed. */
async function main(): Promise<void> {
  const problems = await stagedProblems(process.cwd());
  if (problems.length === 0) return;
  console.error(
    `${new FleetError(...problems).message}\nNothing was committed. \`git commit --no-verify\` skips this check.`,
  );
  process.exitCode = 1;
}

if (require.main === module) void main();
