import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pRetry from 'p-retry';
import { makePrivate } from '../machine/files';
import { gitEnvironment } from '../machine/environment';
import { FleetError, type RepositoryLayout, wholeRepository } from '../model';
import type { GitAccess } from '../stacks/repositories/provider';
import { gitMessage } from './git-message';
import { noteOrigin } from './history';
import { rejection } from './rejection';

/** Neither the settings nor the attributes of the user and the machine, and no question. */
const isolated = {
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
};

/** Settings whose default is a file of the user's, whether or not the user has any settings. */
const noFiles = ['attributesFile', 'excludesFile', 'hooksPath'].flatMap((name) => ['-c', `core.${name}=${devNull}`]);

/** How many indexes this process has used: each work has its own. */
let indexes = 0;

/** Files are published byte for byte. This is stronger than a `.gitattributes` among them. */
const attributes = '* -text -ident -filter -working-tree-encoding\n';

/** Whether git's push failed because somebody else's came first: before it, or while the server took it. */
export function isOvertaken(error: Error & { readonly stderr?: string }): boolean {
  return /\((fetch first|non-fast-forward)\)|cannot lock ref|failed to update ref/.test(error.stderr ?? '');
}

interface GitOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** How long it may take, in ms. @default - any time */
  readonly timeout?: number;
}

/** The branches with changes that are proposed begin so. */
export const proposals = 'fleet';

export interface NewCommit {
  /** The tree of the whole repository. */
  readonly tree: string;
  readonly parent?: string;
  readonly message: string;
  /** The variables by which git knows the author and the committer. */
  readonly identity: Readonly<Record<string, string>>;
}

/**
 * A bare copy of the fleet's repository on this machine, in which commits are made without any checkout, whatever the
 * user's git settings. It holds nothing that the repository does not have, so it can be removed at any time.
 */
export class RepositoryCopy {
  /** What was begun to be fetched, and that nobody has waited for. */
  private begun: Promise<string | undefined> | undefined;

  constructor(
    private readonly directory: string,
    private readonly access: GitAccess,
    /** Where the fleet's files are in it. */
    readonly layout: RepositoryLayout = wholeRepository,
  ) {}

  /** The ref under which the copy has the branch that Flux reads. */
  get remoteTip(): string {
    return `refs/remotes/origin/${this.layout.branch}`;
  }

  /** What the copy was last fetched from. */
  get originFile(): string {
    return join(this.directory, 'fleet-origin.json');
  }

  /** What messages call the branch that Flux reads. */
  get place(): string {
    return `branch ${this.layout.branch} of the repository`;
  }

  /** Runs git in the copy and gives its standard output, without the last newline. */
  async git(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return this.run(['--git-dir', this.directory, ...args], options);
  }

  /**
   * Brings the copy up to date, and creates it where there is none.
   *
   * @param options.timeout how long the server may take, in ms. @default - as long as git and ssh wait
   * @returns the branch's tip on the server, undefined while it has no commit.
   * @throws FleetError when the server does not answer.
   */
  async fetch({ timeout }: Pick<GitOptions, 'timeout'> = {}): Promise<string | undefined> {
    const { begun } = this;
    this.begun = undefined;
    return timeout === undefined && begun ? begun : this.fetchNow(timeout);
  }

  /**
   * Begins to fetch, while something else is done: the next {@link fetch} waits for the rest of it. A push onto what somebody
   * else has pushed since is refused by the server, and done again.
   */
  beginToFetch(): void {
    this.begun = this.fetchNow();
    this.begun.catch(() => undefined);
  }

  private async fetchNow(timeout?: number): Promise<string | undefined> {
    if (!existsSync(join(this.directory, 'HEAD'))) {
      makePrivate(this.directory);
      await this.git(['init', '--quiet', '--bare', '--template=', '--object-format=sha1']);
    }
    mkdirSync(join(this.directory, 'info'), { recursive: true });
    writeFileSync(join(this.directory, 'info', 'attributes'), attributes);
    const origin = { url: this.access.url, ref: this.remoteTip, folder: this.layout.folder };
    await noteOrigin(this.originFile, origin, (name) => this.revision(name));
    try {
      await this.git(['fetch', '--quiet', '--prune', '--no-tags', this.access.url, ...this.refs()], { timeout });
    } catch (cause) {
      await this.run(['ls-remote', '--quiet', this.access.url], { timeout }).catch((unreachable: unknown) => {
        const next =
          this.access.help ??
          'Run `npm run up`, which brings the repository up; `npm run fleet -- doctor` checks this machine';
        throw this.failed(unreachable, 'the repository cannot be read', next);
      });
      throw cause;
    }
    return this.revision(this.remoteTip);
  }

  /** What is fetched: of a repository that others use as well, the branch and what was proposed for it. */
  private refs(): string[] {
    const names = this.layout === wholeRepository ? ['*'] : [`${this.layout.branch}*`, `${proposals}/*`];
    return names.map((name) => `+refs/heads/${name}:refs/remotes/origin/${name}`);
  }

  /**
   * Does what fetches, makes a commit and pushes it: again where somebody else's push came first. It needs a sound copy.
   * Where git fails in it, as on a lock or a damaged object that a killed process or a full disk left, the copy is made anew
   * and the work is done once more.
   *
   * @throws FleetError with git's message when it fails in a new copy too
   */
  async healed<T>(work: () => Promise<T>): Promise<T> {
    const onTop = () =>
      pRetry(work, {
        retries: 10,
        minTimeout: 100,
        factor: 1.5,
        randomize: true,
        shouldRetry: ({ error }) => isOvertaken(error),
      });
    try {
      return await onTop();
    } catch (error) {
      if (error instanceof FleetError) throw error;
      rmSync(this.directory, { recursive: true, force: true });
      return onTop().catch((cause: unknown) => {
        if (cause instanceof FleetError) throw cause;
        throw this.failed(cause, 'publishing failed', 'Fix what git names, and run the same command again');
      });
    }
  }

  /** The object of a name, undefined where there is none. */
  async revision(name: string): Promise<string | undefined> {
    return this.git(['rev-parse', '--quiet', '--verify', name]).catch(() => undefined);
  }

  /** A tree with the exact content of a folder. */
  async writeTree(folder: string): Promise<string> {
    return this.withIndex(async (git) => {
      await git(['-c', 'core.fileMode=false', '--work-tree', folder, 'add', '--all', '--force', '.']);
      return git(['write-tree']);
    });
  }

  /** Does work with an index of its own, which is empty at first. */
  async withIndex<T>(
    work: (git: (args: readonly string[], input?: string) => Promise<string>) => Promise<T>,
  ): Promise<T> {
    const index = join(this.directory, `index.${process.pid}.${++indexes}`);
    try {
      rmSync(`${index}.lock`, { force: true });
      return await work((args, input) => this.git(args, { env: { GIT_INDEX_FILE: index }, input }));
    } finally {
      rmSync(index, { force: true });
    }
  }

  /** Makes a commit, signed where the repository asks for that. Gives its name. */
  async commit({ tree, parent, message, identity }: NewCommit): Promise<string> {
    const key = this.access.signingKey;
    const settings = key
      ? ['-c', 'gpg.format=ssh', '-c', 'gpg.ssh.program=ssh-keygen', '-c', `user.signingKey=${key}`]
      : [];
    const args = [...(key ? ['-S'] : []), tree, ...(parent ? ['-p', parent] : []), '-F', '-'];
    return this.git([...settings, 'commit-tree', ...args], { env: { ...identity }, input: message });
  }

  /** Moves the server's branch forward to a commit. @throws FleetError where the server refuses that, with what to do */
  async push(commit: string): Promise<void> {
    await this.pushTo(this.layout.branch, commit);
    // What is read where the server does not answer later on. The next fetch removes what keeps it from being written.
    await this.git(['update-ref', this.remoteTip, commit]).catch(() => undefined);
  }

  /** Pushes a commit to a branch. Gives what the server prints. @throws FleetError where it refuses that */
  async pushTo(branch: string, commit: string): Promise<string> {
    const args = [
      '--git-dir',
      this.directory,
      'push',
      '--no-progress',
      this.access.url,
      `${commit}:refs/heads/${branch}`,
    ];
    try {
      return (await this.execute(args)).stderr;
    } catch (cause) {
      const { stderr = '' } = cause as { stderr?: string };
      throw (
        (isOvertaken(cause as Error) ? undefined : rejection(stderr, `branch ${branch} of ${this.access.url}`)) ?? cause
      );
    }
  }

  private async run(args: readonly string[], options?: GitOptions): Promise<string> {
    return (await this.execute(args, options)).stdout;
  }

  private async execute(args: readonly string[], { env, input = '', timeout }: GitOptions = {}) {
    return execa('git', [...noFiles, ...args], {
      env: { ...gitEnvironment(), ...isolated, ...this.access.environment, ...env },
      extendEnv: false,
      input,
      timeout,
    });
  }

  private failed(cause: unknown, what: string, next: string): FleetError {
    return new FleetError({ place: this.access.url, problem: `${what}: ${gitMessage(cause)}`, next });
  }
}
