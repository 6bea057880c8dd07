import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';

import { branch, FleetError } from '../model';
import type { GitAccess } from '../stacks/repositories/provider';

/** The ref under which the copy has the branch that Flux reads. */
export const remoteTip = `refs/remotes/origin/${branch}`;

/** A bare copy of the fleet's repository on this machine, in which commits are made without any checkout. */
export class RepositoryCopy {
  constructor(
    private readonly directory: string,
    private readonly access: GitAccess,
  ) {}

  /** Runs git in the copy and gives its standard output, without the last newline. */
  async git(args: readonly string[], options: { env?: Record<string, string>; input?: string } = {}): Promise<string> {
    const { stdout } = await execa('git', ['--git-dir', this.directory, ...args], {
      env: { ...this.access.environment, GIT_TERMINAL_PROMPT: '0', ...options.env },
      input: options.input ?? '',
    });
    return stdout;
  }

  /**
   * Brings the copy up to date, and creates it where there is none.
   *
   * @returns the branch's tip on the server, undefined while it has no commit.
   * @throws FleetError when the server does not answer.
   */
  async fetch(): Promise<string | undefined> {
    if (!existsSync(join(this.directory, 'HEAD'))) {
      mkdirSync(this.directory, { recursive: true });
      await this.git(['init', '--quiet', '--bare']);
    }
    try {
      await this.git([
        'fetch',
        '--quiet',
        '--prune',
        '--no-tags',
        this.access.url,
        '+refs/heads/*:refs/remotes/origin/*',
      ]);
    } catch (cause) {
      throw this.unreachable(cause);
    }
    return this.revision(remoteTip);
  }

  /** The object of a name, undefined where there is none. */
  async revision(name: string): Promise<string | undefined> {
    return this.git(['rev-parse', '--quiet', '--verify', name]).catch(() => undefined);
  }

  /** A tree with the exact content of a folder, whatever the user's own git settings would ignore or convert. */
  async writeTree(folder: string): Promise<string> {
    const index = join(this.directory, `index.${process.pid}`);
    const asIs = ['-c', 'core.autocrlf=false', '-c', 'core.fileMode=false', '-c', 'core.safecrlf=false'];
    const git = (...args: string[]) =>
      this.git([...asIs, '--work-tree', folder, ...args], { env: { GIT_INDEX_FILE: index } });
    await git('read-tree', '--empty');
    await git('add', '--all', '--force', '.');
    return git('write-tree');
  }

  /**
   * Moves the server's branch forward to a commit.
   *
   * @throws FleetError when the server refuses, with its message.
   */
  async push(commit: string): Promise<void> {
    try {
      await this.git(['push', '--quiet', this.access.url, `${commit}:refs/heads/${branch}`]);
      await this.git(['update-ref', remoteTip, commit]);
    } catch (cause) {
      throw new FleetError({
        place: this.access.url,
        problem: `the server refused the commit: ${gitMessage(cause)}`,
        next: 'If somebody pushed at the same time, run the command again',
      });
    }
  }

  private unreachable(cause: unknown): FleetError {
    return new FleetError({
      place: this.access.url,
      problem: `the repository cannot be read: ${gitMessage(cause)}`,
      next: 'Run `npm run up`, which brings the repository up; `npm run fleet -- doctor` checks this machine',
    });
  }
}

/** Git's standard error, on one line. */
function gitMessage(cause: unknown): string {
  const stderr = (cause as { stderr?: string }).stderr?.trim();
  return (stderr || String(cause)).split('\n').filter(Boolean).join('; ');
}
