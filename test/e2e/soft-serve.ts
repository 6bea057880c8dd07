import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { execa, type ResultPromise } from 'execa';

import { cacheDirectory } from '../../machine/paths';
import { tempPath } from '../../machine/files';
import { hashOfTree } from '../../lab/inputs';
import { goCommand, goEnvironment } from '../../lab/toolchain';
import { gateway } from './observe';

const source = join(__dirname, 'soft-serve');
/** Other ports than those that a fleet uses by itself. */
const ports = { ssh: 23_231, https: 23_232, git: 23_233, stats: 23_234 };

/** The server's command, built from its Go module where the cache does not have it. */
async function command(): Promise<string> {
  const file = join(cacheDirectory, 'test', `soft-serve-${hashOfTree(source).slice(0, 12)}`);
  if (existsSync(file)) return file;
  const part = tempPath(file);
  const args = ['build', '-trimpath', '-o', part, 'github.com/charmbracelet/soft-serve/cmd/soft'];
  await execa(goCommand(), args, { cwd: source, env: goEnvironment() });
  renameSync(part, file);
  return file;
}

/**
 * A server of Git repositories that no fleet made, on this machine: https://github.com/charmbracelet/soft-serve. It serves
 * SSH, and HTTPS by a certificate of its own CA, at an address that clusters in Docker reach.
 */
export class SoftServe {
  private constructor(
    readonly folder: string,
    readonly address: string,
    private readonly server: ResultPromise,
  ) {}

  static async start(): Promise<SoftServe> {
    const [file, address] = [await command(), await gateway('bridge')];
    const folder = mkdtempSync(join(tmpdir(), 'flux-fleet-soft-serve-'));
    for (const name of ['host', 'admin']) await key(join(folder, name));
    await certificates(folder, address);
    mkdirSync(join(folder, 'data'));
    const env = {
      SOFT_SERVE_DATA_PATH: join(folder, 'data'),
      SOFT_SERVE_INITIAL_ADMIN_KEYS: readFileSync(join(folder, 'admin.pub'), 'utf8'),
      SOFT_SERVE_SSH_LISTEN_ADDR: `:${ports.ssh}`,
      SOFT_SERVE_SSH_KEY_PATH: join(folder, 'host'),
      SOFT_SERVE_HTTP_LISTEN_ADDR: `:${ports.https}`,
      SOFT_SERVE_HTTP_PUBLIC_URL: `https://${address}:${ports.https}`,
      SOFT_SERVE_HTTP_TLS_KEY_PATH: join(folder, 'tls.key'),
      SOFT_SERVE_HTTP_TLS_CERT_PATH: join(folder, 'tls.crt'),
      SOFT_SERVE_GIT_LISTEN_ADDR: `127.0.0.1:${ports.git}`,
      SOFT_SERVE_STATS_LISTEN_ADDR: `127.0.0.1:${ports.stats}`,
    };
    const server = execa(file, ['serve'], { env, reject: false, all: true, buffer: false, stdio: 'ignore' });
    const forge = new SoftServe(folder, address, server);
    for (const port of [ports.ssh, ports.https]) await answers(address, port);
    await forge.admin('settings', 'anon-access', 'no-access');
    await forge.create('fleet');
    return forge;
  }

  /** The repository's address by SSH, and by HTTPS. */
  get url(): { readonly ssh: string; readonly https: string } {
    return {
      ssh: `ssh://git@${this.address}:${ports.ssh}/fleet.git`,
      https: `https://${this.address}:${ports.https}/fleet.git`,
    };
  }

  /** The server's host key, without its comment. */
  get hostKey(): string {
    return readFileSync(join(this.folder, 'host.pub'), 'utf8').split(' ', 2).join(' ');
  }

  /** The certificate of who signs the server's. */
  get ca(): string {
    return readFileSync(join(this.folder, 'ca.crt'), 'utf8');
  }

  /** Gives a key a right on the repository, as a person does in the pages of a forge. */
  async allow(name: string, publicKey: string, level: 'read-only' | 'read-write'): Promise<void> {
    await this.admin('user', 'create', name, '--key', `'${publicKey}'`);
    await this.admit('fleet', name, level);
  }

  /** Gives a user a right on a repository. */
  async admit(repository: string, name: string, level: 'read-only' | 'read-write'): Promise<void> {
    await this.admin('repo', 'collab', 'add', repository, name, level);
  }

  async create(repository: string): Promise<void> {
    await this.admin('repo', 'create', repository, '--private');
  }

  /** Makes a token of an administrator. */
  async token(): Promise<string> {
    return (await this.admin('token', 'create', 'e2e')).split('\n').at(-1)!.trim();
  }

  /** Runs git in the repository on the server. */
  async git(...args: string[]): Promise<string> {
    return this.gitIn('fleet', ...args);
  }

  async gitIn(repository: string, ...args: string[]): Promise<string> {
    const folder = join(this.folder, 'data', 'repos', `${repository}.git`);
    return (await execa('git', ['--git-dir', folder, ...args])).stdout;
  }

  /** Refuses each push to a branch, as GitHub refuses one to a protected branch. */
  protect(branch: string): void {
    const hook = join(this.folder, 'data', 'repos', 'fleet.git', 'hooks', 'pre-receive.d');
    mkdirSync(hook, { recursive: true });
    const lines = [
      '#!/bin/sh',
      `grep -q ' refs/heads/${branch}$' || exit 0`,
      `echo 'error: GH006: Protected branch update failed for refs/heads/${branch}.' >&2`,
      'exit 1',
    ];
    writeFileSync(join(hook, 'protect'), `${lines.join('\n')}\n`, { mode: 0o755 });
  }

  async stop(): Promise<void> {
    this.server.kill('SIGTERM');
    await this.server;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 9 });
  }

  private async admin(...args: string[]): Promise<string> {
    const options = ['-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${join(this.folder, 'known_hosts')}`];
    writeFileSync(join(this.folder, 'known_hosts'), `[${this.address}]:${ports.ssh} ${this.hostKey}\n`);
    const login = ['-F', '/dev/null', '-p', String(ports.ssh), '-i', join(this.folder, 'admin')];
    return (await execa('ssh', [...login, '-o', 'IdentitiesOnly=yes', ...options, `git@${this.address}`, ...args]))
      .stdout;
  }
}

async function key(path: string): Promise<void> {
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'e2e', '-f', path]);
}

async function certificates(folder: string, address: string): Promise<void> {
  const openssl = (...args: string[]) => execa('openssl', args, { cwd: folder });
  const pair = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-days', '2'];
  await openssl('req', '-x509', ...pair('ca'), '-out', 'ca.crt', '-subj', '/CN=e2e');
  const server = ['-subj', `/CN=${address}`, '-addext', `subjectAltName=IP:${address}`];
  await openssl('req', '-x509', '-CA', 'ca.crt', '-CAkey', 'ca.key', ...pair('tls'), '-out', 'tls.crt', ...server);
}

async function answers(host: string, port: number): Promise<void> {
  for (let left = 100; left > 0; left--) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host, () => resolve(true)).on('error', () => resolve(false));
      socket.setTimeout(1000, () => resolve(false));
      void sleep(1000).then(() => socket.destroy());
    });
    if (isOpen) return;
    await sleep(200);
  }
  throw new Error(`nothing answers at ${host}:${port}`);
}
