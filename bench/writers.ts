import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { isOvertaken } from '../operate/repository';
import { makeImageFolder } from '../stacks/repositories/git-server/image';

const [writers, pushes, pairs] = [20, 50, 50];
const name = 'bench-writers';
const repos = '/git-server/repos';

/** A push that the server took. */
interface Landed {
  /** Of the push alone, in ms. */
  readonly push: number;
  /** From the first try, with what was fetched and tried again because somebody else came first, in ms. */
  readonly landing: number;
}

/**
 * 20 people who push 50 commits each to one branch of the git server, all at once, by plain git over SSH: none of the commits
 * may be lost. Then what the server's hooks cost a push: to the fleet's repository, and to one without hooks, in turn. It
 * needs Docker and no fleet; the server is its own.
 */
async function main(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'bench-writers-'));
  try {
    const server = await startServer(work);
    const clones = await Promise.all(
      Array.from({ length: writers }, (_, n) => new Clone(work, `${n}`, server).create()),
    );
    await clones[0]!.commit(0);
    await clones[0]!.push();
    const start = performance.now();
    const landed = (await Promise.all(clones.map(pushAll))).flat();
    const seconds = (performance.now() - start) / 1000;
    const lost = await missing(clones[0]!);
    console.log(`${writers} writers × ${pushes} pushes in ${seconds.toFixed(0)} s: ${lost.length} lost`);
    report(
      'a push that was taken',
      landed.map(({ push }) => push),
    );
    report(
      'a commit, with the tries before',
      landed.map(({ landing }) => landing),
    );
    if (lost.length > 0) process.exitCode = 1;
    await hookCost(work, server);
  } finally {
    await execa('docker', ['rm', '--force', '--volumes', name], { reject: false });
    rmSync(work, { recursive: true, force: true });
  }
}

/** Runs the git server's image with keys of its own, and gives the address of a repository in it, without its name. */
async function startServer(work: string): Promise<string> {
  const image = makeImageFolder(join(work, 'image'));
  await execa('docker', ['build', '--quiet', '--tag', name, image], { env: { DOCKER_BUILDKIT: '0' } });
  for (const key of ['host', 'user'])
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(work, key)]);
  await execa('mkdir', ['keys'], { cwd: work });
  const keys = {
    ssh_host_ed25519_key: readFileSync(join(work, 'host'), 'utf8'),
    authorized_keys: `restrict ${readFileSync(join(work, 'user.pub'), 'utf8')}`,
    // Nobody answers there, as where a cluster is down.
    receivers: 'dev http://127.0.0.1:9/hook\nprod http://127.0.0.1:9/hook\n',
  };
  for (const [file, text] of Object.entries(keys)) writeFileSync(join(work, 'keys', file), text, { mode: 0o444 });
  await execa('docker', ['create', '--init', '--name', name, '--publish', '127.0.0.1::22', name]);
  const tar = execa('tar', ['--create', '--owner', '0', '--group', '0', 'keys'], { cwd: work, encoding: 'buffer' });
  await tar.pipe('docker', ['cp', '-', `${name}:/git-server`]);
  await execa('docker', ['start', name]);
  const { stdout } = await execa('docker', ['port', name, '22']);
  return `ssh://git@${stdout.trim()}${repos}`;
}

/** A clone of one of the writers, who has a file of their own. */
class Clone {
  private readonly folder: string;

  constructor(
    private readonly work: string,
    private readonly writer: string,
    private readonly server: string,
  ) {
    this.folder = join(work, writer);
  }

  async create(): Promise<this> {
    await execa('git', ['init', '--quiet', '--initial-branch=main', this.folder]);
    return this;
  }

  async git(...args: readonly string[]): Promise<string> {
    const ssh = `ssh -i '${join(this.work, 'user')}' -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
    const identity = ['-c', `user.name=${this.writer}`, '-c', `user.email=${this.writer}@localhost`];
    const env = { GIT_SSH_COMMAND: ssh, GIT_CONFIG_GLOBAL: '/dev/null' };
    return (await execa('git', ['-C', this.folder, ...identity, ...args], { env })).stdout;
  }

  async commit(n: number): Promise<void> {
    writeFileSync(join(this.folder, `${this.writer}.yaml`), `number: ${n}\n`);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', `${this.writer} ${n}`);
  }

  async push(repository = 'infra'): Promise<number> {
    const start = performance.now();
    await this.git('push', '--quiet', `${this.server}/${repository}`, 'main');
    return performance.now() - start;
  }

  /** Takes what others pushed, under the commits of its own. */
  async pull(): Promise<void> {
    await this.git('pull', '--quiet', '--rebase', `${this.server}/infra`, 'main');
  }
}

async function pushAll(clone: Clone): Promise<Landed[]> {
  const landed: Landed[] = [];
  for (let n = 1; n <= pushes; n++) {
    await clone.commit(n);
    const start = performance.now();
    let push: number | undefined;
    for (let tries = 1; push === undefined; tries++) {
      await clone.pull();
      push = await clone.push().catch(refusedForOthers);
      // Longer each time, so that not all of them come again at once.
      if (push === undefined) await sleep(Math.random() * 200 * tries);
    }
    landed.push({ push, landing: performance.now() - start });
  }
  return landed;
}

function refusedForOthers(error: Error): undefined {
  if (!isOvertaken(error)) throw error;
}

/** The commits that were pushed and are not in the server's branch. */
async function missing(clone: Clone): Promise<string[]> {
  await clone.pull();
  const subjects = new Set((await clone.git('log', '--format=%s')).split('\n'));
  return Array.from({ length: writers }, (_, w) => Array.from({ length: pushes }, (__, n) => `${w} ${n + 1}`))
    .flat()
    .filter((subject) => !subjects.has(subject));
}

/** Pushes in turn with the server's hooks and without. */
async function hookCost(work: string, server: string): Promise<void> {
  const bare = `${repos}/bare`;
  await execa('docker', ['exec', name, 'git', 'init', '--quiet', '--bare', bare]);
  await execa('docker', ['exec', name, 'git', '--git-dir', bare, 'config', 'core.hooksPath', '/dev/null']);
  const clone = await new Clone(work, 'hooks', server).create();
  await clone.pull();
  await clone.push('bare');
  const times: Record<'infra' | 'bare', number[]> = { infra: [], bare: [] };
  for (let n = 0; n < pairs; n++) {
    await clone.commit(n);
    for (const repository of n % 2 ? (['infra', 'bare'] as const) : (['bare', 'infra'] as const))
      times[repository].push(await clone.push(repository));
  }
  report('a push with hooks, alone', times.infra);
  report('a push without, alone', times.bare);
  console.log(`the hooks cost ${(median(times.infra) - median(times.bare)).toFixed(0)} ms (difference of the medians)`);
}

const at = (values: readonly number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * part) - 1]!;
const median = (values: readonly number[]) => at(values, 0.5);

function report(what: string, values: readonly number[]): void {
  console.log(`${what}: median ${median(values).toFixed(0)} ms, p99 ${at(values, 0.99).toFixed(0)} ms`);
}

void main();
