import { execa } from 'execa';
import { userPaths } from '../machine/paths';
import { FleetError } from '../model';

/**
 * Merges a version of the tool into a clone, and keeps the user's own files as they are in HEAD: what the newer version
 * changed, added or removed there is another fleet's. Nothing is committed, so that `npm run synth` can be a part of it.
 *
 * @returns what was merged, and what to do next
 * @throws FleetError when the clone has changes that are not committed, when there is no such revision, and when a file
 * of the tool was changed here and there.
 */
export async function mergeTool(root: string, revision: string): Promise<string> {
  const run = (...args: string[]) => execa('git', ['-C', root, ...args], { reject: false });
  await refuseUnready(root, revision);

  const merge = await run('merge', '--no-ff', '--no-commit', revision);
  const merging = await run('rev-parse', '--verify', '--quiet', 'MERGE_HEAD');
  if (merging.exitCode !== 0) {
    if (merge.exitCode === 0) return `Nothing to do: this clone has everything of ${revision}.`;
    const next = 'Do what Git says, then run the same command again';
    throw new FleetError({ place: revision, problem: `Git refuses to merge it:\n${merge.stderr}`, next });
  }
  for (const path of userPaths) await keep(root, path);

  const { stdout: unmerged } = await run('diff', '--name-only', '--diff-filter=U');
  if (unmerged) {
    throw new FleetError({
      place: unmerged.split('\n').join(', '),
      problem: `changed here and in ${revision}`,
      next: 'Edit the conflicts, `git add` the files, run `npm run synth`, then `git commit`; `git merge --abort` undoes it all',
    });
  }
  return `Merged ${revision}, not committed yet.\n\nNext:\n  npm run synth && git add manifests && npm test && git commit`;
}

async function refuseUnready(root: string, revision: string): Promise<void> {
  const { stdout: changed } = await execa('git', ['-C', root, 'status', '--porcelain', '--untracked-files=no']);
  if (changed) {
    const next = 'Commit them, or put them aside with `git stash`';
    throw new FleetError({ place: root, problem: 'it has changes that are not committed', next });
  }
  const args = ['-C', root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  if ((await execa('git', args, { reject: false })).exitCode !== 0) {
    const next = 'Get it with `git fetch upstream --tags`; docs/upgrading.md shows how to add the remote `upstream`';
    throw new FleetError({ place: revision, problem: 'Git knows no such revision', next });
  }
}

/** Makes a file or folder in a merge what it is in HEAD, or nothing when HEAD has none. */
async function keep(root: string, path: string): Promise<void> {
  // Only what is removed first can be restored where a file is in conflict.
  await execa('git', ['-C', root, 'rm', '-r', '--force', '--quiet', '--ignore-unmatch', '--', path]);
  const { stdout: mine } = await execa('git', ['-C', root, 'ls-tree', '--name-only', 'HEAD', '--', path]);
  if (mine) await execa('git', ['-C', root, 'restore', '--source=HEAD', '--staged', '--worktree', '--', path]);
}
