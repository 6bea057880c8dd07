import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa, type ResultPromise } from 'execa';
import { expect } from 'vitest';

import { repositoryRoot, userPaths } from '../../machine/paths';
import { dockerHolds } from './observe';

/** Settings of a user that break or change much if they reach what the fleet starts. */
const hostile = {
  BASH_ENV: '/none',
  DOCKER_DEFAULT_PLATFORM: 'linux/s390x',
  GIT_DIR: '/none',
  GIT_INDEX_FILE: '/none',
  GIT_SSH_COMMAND: 'false',
  KIND_CLUSTER_NAME: 'theirs',
  KIND_EXPERIMENTAL_PROVIDER: 'podman',
  NODE_ENV: 'production',
  PULUMI_BACKEND_URL: 'file:///none',
  PULUMI_CONFIG_PASSPHRASE: '',
  PULUMI_STACK: 'theirs',
  TS_NODE_PROJECT: '/none',
};

/**
 * A clone of this repository, uncommitted changes and all, in a folder of its own, with the default fleet: what a new
 * user has, with a umask, settings and a path that are none of our choice.
 */
export class Clone {
  private folder = mkdtempSync(join(tmpdir(), "flux-fleet e2e's #%41?-"));

  get root(): string {
    return this.folder;
  }

  /**
   * @param beside whether there may be a fleet on this machine already, whose names are taken
   * @throws where there is one and may be none
   */
  static async make({ beside = false } = {}): Promise<Clone> {
    const { containers } = await dockerHolds().catch(() => ({ containers: [] }));
    if (containers.length > 0 && !beside)
      throw new Error(`A fleet is here already (${containers.join(', ')}): run \`npm run down\` first.`);
    const clone = new Clone();
    const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const { stdout } = await execa('git', ['-C', repositoryRoot, ...list]);
    const files = stdout.split('\0').filter((path) => path && existsSync(join(repositoryRoot, path)));
    for (const file of files.filter((path) => !userPaths.some((mine) => mine === path.split('/')[0]))) {
      cpSync(join(repositoryRoot, file), join(clone.root, file));
    }
    const examples = join(repositoryRoot, 'docs', 'examples');
    for (const path of ['images.json', 'charts']) cpSync(join(examples, path), clone.path(path), { recursive: true });
    const fleet = readFileSync(join(examples, 'default.ts'), 'utf8');
    writeFileSync(clone.path('fleet.ts'), fleet.replace("'../../model'", "'./model'"));
    await execa('chmod', ['-R', 'go=', clone.root]);
    clone.linkPackages();
    await clone.git('init', '--quiet', '--initial-branch=main');
    await clone.commit('Begin');
    return clone;
  }

  /** What somebody else has who clones a clone. */
  static async of(other: Clone): Promise<Clone> {
    const clone = new Clone();
    await clone.git('clone', '--quiet', other.root, '.');
    clone.linkPackages();
    return clone;
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  /** Further variables of the commands. */
  variables: Readonly<Record<string, string>> = {};

  /** Starts `npm run <script>` as the head of a process group of its own. */
  start(script: string, ...args: string[]): ResultPromise<{ all: true; reject: false; detached: true }> {
    const separated = args.length > 0 ? ['--', ...args] : [];
    return execa('sh', ['-c', 'umask 077; exec npm run "$@"', 'sh', script, ...separated], {
      ...{ cwd: this.root, env: { ...hostile, ...this.variables }, all: true, reject: false, detached: true },
    });
  }

  /** Runs `npm run <script>` to its end and gives what it printed. @throws with that when it fails */
  async run(script: string, ...args: string[]): Promise<string> {
    const { all, exitCode } = await this.start(script, ...args);
    if (exitCode !== 0) throw new Error(`npm run ${script} ended with ${exitCode}:\n${all}`);
    return all;
  }

  /** Runs a command of `fleet` to its end, whatever comes of it. */
  fleet(...args: string[]): ResultPromise<{ all: true; reject: false }> {
    const env = { ...hostile, ...this.variables };
    return execa('npm', ['run', '-s', 'fleet', '--', ...args], { cwd: this.root, env, all: true, reject: false });
  }

  /** Runs `fleet secrets`, with a value on its standard input, and gives what it printed. @throws with that when it fails */
  async secrets(args: readonly string[], input = ''): Promise<string> {
    const line = ['run', '-s', 'fleet', '--', 'secrets', ...args];
    const { all, exitCode } = await execa('npm', line, { cwd: this.root, input, all: true, reject: false });
    if (exitCode !== 0) throw new Error(`fleet secrets ${args.join(' ')} ended with ${exitCode}:\n${all}`);
    return all;
  }

  /** Runs a line in a shell whose environment is what `fleet env` prints. */
  async shell(line: string): Promise<string> {
    const script = `eval "$(npm run -s fleet -- env)" && ${line}`;
    const { PULUMI_CONFIG_PASSPHRASE, PULUMI_STACK } = hostile;
    const env = { PULUMI_CONFIG_PASSPHRASE, PULUMI_STACK };
    const { all, exitCode } = await execa('bash', ['-c', script], { cwd: this.root, env, all: true, reject: false });
    if (exitCode !== 0) throw new Error(`${line}\nended with ${exitCode}:\n${all}`);
    return all;
  }

  /** Runs a line in a fresh checkout of the fleet's repository, as somebody does who works on it by hand. */
  async push(line: string): Promise<string> {
    return this.shell(
      'cd "$(mktemp -d "$PWD/.fleet/push-XXXXXX")" && git clone -q "$FLUX_FLEET_GIT_URL" . && git config user.name e2e && ' +
        `git config user.email e2e@example.org && ${line}`,
    );
  }

  /** Asks plain Pulumi whether it would change anything. @throws with what it would, when it would */
  async expectNoChanges(...stacks: readonly string[]): Promise<void> {
    const preview = 'pulumi preview --expect-no-changes --non-interactive -s';
    await this.shell(`for stack in ${stacks.join(' ')}; do ${preview} $stack || exit 1; done`);
  }

  /** Replaces a piece of `fleet.ts`, which must be there. */
  edit(from: string, to: string): void {
    const text = readFileSync(this.path('fleet.ts'), 'utf8');
    if (!text.includes(from)) throw new Error(`fleet.ts has no \`${from}\``);
    writeFileSync(this.path('fleet.ts'), text.replace(from, to));
  }

  async commit(subject: string): Promise<void> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '-m', subject);
  }

  /** Merges what another clone has committed. @throws with git's words when that conflicts */
  async merge(other: Clone): Promise<void> {
    await this.git('pull', '--quiet', '--no-rebase', '--no-edit', other.root, 'main');
  }

  async git(...args: string[]): Promise<void> {
    await execa('git', ['-C', this.root, '-c', 'user.name=e2e', '-c', 'user.email=e2e@example.org', ...args]);
  }

  private linkPackages(): void {
    symlinkSync(join(repositoryRoot, 'node_modules'), join(this.root, 'node_modules'));
  }

  /** Moves it to another folder. */
  move(to: string): void {
    renameSync(this.folder, to);
    this.folder = to;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 9 });
  }
}

/** The message with which a run fails, which it must. */
export function failed(run: Promise<string>): Promise<string> {
  return run.then(
    () => expect.fail('it did not fail'),
    (error: Error) => error.message,
  );
}
