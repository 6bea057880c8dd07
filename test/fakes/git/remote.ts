import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { execa } from 'execa';

import { writeHook } from '../../../stacks/repositories/git-server/image';

/** A bare repository in a folder of the test's, for the fleet's repository: reached by its path, or by a fake `ssh`. */
export class FakeRemote {
  /** An address that git takes. */
  readonly url: string;

  private constructor(private readonly folder: string) {
    this.url = join(folder, 'server.git');
  }

  static async create(folder: string): Promise<FakeRemote> {
    const remote = new FakeRemote(folder);
    await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote.url]);
    return remote;
  }

  /** Makes an `ssh` in the folder's `bin` that leads here from any host. */
  serveBySsh(): this {
    symlinkSync(join(__dirname, 'ssh.sh'), join(this.folder, 'bin', 'ssh'));
    return this;
  }

  /** The hook of the real git server refuses plain text from now on. */
  useHook(): this {
    rmSync(join(this.url, 'hooks'), { recursive: true, force: true });
    mkdirSync(join(this.url, 'hooks'));
    writeHook(join(this.url, 'hooks'));
    return this;
  }

  /** From now on `ssh` fails and says this. */
  breakSsh(stderr: string): void {
    writeFileSync(join(this.folder, 'ssh-failure'), `${stderr}\n`);
  }

  /** The arguments of every `ssh` until now. */
  get sshCalls(): string[] {
    const log = join(this.folder, 'ssh.log');
    return existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
  }

  /** Runs git in the repository, and gives what it prints. */
  async git(...args: readonly string[]): Promise<string> {
    return (await execa('git', ['--git-dir', this.url, ...args])).stdout;
  }

  /** The paths in the branch, sorted. */
  async files(): Promise<string[]> {
    return (await this.git('ls-tree', '-r', '--name-only', 'main')).split('\n');
  }

  /** A commit by somebody else, in which just these files change; gives its name. */
  async pushByHand(files: Readonly<Record<string, string>>, message = 'Change by hand'): Promise<string> {
    const clone = join(this.folder, 'clone-of-ada');
    rmSync(clone, { recursive: true, force: true });
    await execa('git', ['clone', '--quiet', this.url, clone], { reject: false });
    const git = async (...args: string[]) => (await execa('git', ['-C', clone, ...args])).stdout;
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      writeFileSync(join(clone, path), text);
    }
    await git('add', '--all');
    await git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '--quiet', '--message', message);
    await git('push', '--quiet', 'origin', 'HEAD:main');
    return git('rev-parse', 'HEAD');
  }
}
