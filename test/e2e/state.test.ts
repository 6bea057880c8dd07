import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { gitHubSteps, gitLabSteps, type WorkflowStep } from '../docs/workflows';
import { Clone, failed } from './clone';
import { everything, Observed } from './observe';
import { S3Server } from './s3-server';
import { canaries, dresses, filesWith } from './secrets';

const fleet = (state: string, message: string) => `import images from './images.json';
import { backendState, defineFleet, kind, webApp } from './model';
export default defineFleet({
  name: 'shared',${state && `\n  state: backendState('${state}'),`}
  clusters: { dev: kind() },
  apps: { 'app-a': webApp({ ...images.podinfo, port: 9898, env: { PODINFO_UI_MESSAGE: '${message}' } }) },
  runs: { dev: { 'app-a': {} } },
});
`;

const work = mkdtempSync(join(tmpdir(), 'flux-fleet-state-'));
const passphrase = 'correct horse battery';
const clones: Clone[] = [];
let [first, second]: Clone[] = [];
let bucket: S3Server;
let invitation: string;
const write = (clone: Clone, message: string, state = bucket.url('shared')) =>
  writeFileSync(clone.path('fleet.ts'), fleet(state, message));
const cloneOf = async (other: Clone) => {
  const clone = await Clone.of(other);
  clones.push(clone);
  return clone;
};
const dev = () => new Observed(first!.path('.fleet', 'kubeconfig', 'dev'));
/** The stacks that are in the bucket. */
const stacksIn = async (path: string) =>
  [...(await bucket.objects(`${path}/.pulumi/stacks/flux-fleet`)).keys()].filter((name) => name.endsWith('.json'));
/** What Docker holds of this fleet, each container with its id. */
async function held(): Promise<string[]> {
  const { networks, volumes } = await everything();
  const { stdout } = await execa('docker', ['ps', '--all', '--no-trunc', '--format', '{{.Names}} {{.ID}}']);
  return [...stdout.split('\n'), ...networks, ...volumes].filter((name) => name.startsWith('shared')).sort();
}
const fleetCommand = (clone: Clone, args: readonly string[], input: string) =>
  execa('npm', ['run', '-s', 'fleet', '--', ...args], { cwd: clone.root, input });

/** Runs the steps of a documented workflow one by one, as a runner does: a shell for each, which stops at a failure. */
async function runSteps(clone: Clone, steps: readonly WorkflowStep[]): Promise<string> {
  const commands = join(work, 'commands');
  await execa('mkdir', ['-p', commands]);
  for (const name of ['gh', 'curl'])
    writeFileSync(join(commands, name), `#!/bin/sh\necho "${name} $*" >>'${work}/posted'\n`, { mode: 0o755 });
  const secrets = { FLEET_INVITATION: invitation, FLEET_PASSPHRASE: passphrase };
  const given = { NUMBER: '7', GH_TOKEN: 'x', FLEET_COMMENT_TOKEN: 'x', CI_API_V4_URL: 'https://gitlab.example.com' };
  const env = { ...secrets, ...given, PATH: `${commands}:${process.env['PATH']}` };
  const printed: string[] = [];
  for (const { run } of steps) {
    const { all, exitCode } = await execa('bash', ['-e', '-c', run], {
      cwd: clone.root,
      env,
      all: true,
      reject: false,
    });
    if (exitCode !== 0) throw new Error(`${run}\nended with ${exitCode}:\n${all}`);
    printed.push(all);
  }
  return printed.join('\n');
}

beforeAll(async () => {
  bucket = await S3Server.start();
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'fleet', AWS_SECRET_ACCESS_KEY: 'fleet-secret' });
  first = await Clone.make({ beside: true });
  clones.push(first);
  write(first, 'first');
  await first.commit('Keep the state in a bucket');
});
afterAll(async () => {
  await first!.run('down', '--all').catch(String);
  await bucket.stop();
  for (const clone of clones) clone.remove();
  rmSync(work, { recursive: true, force: true });
  expect(await held()).toEqual([]);
});

// One story: each test goes on from the one before.
describe('a fleet whose state is in a bucket', () => {
  it('comes up, with no secret in plain text in the bucket', async () => {
    await first!.run('up');
    expect((await dev().answer('app-a')).message).toBe('first');
    expect(await stacksIn('shared')).toEqual(['dev.json', 'git-server.json']);
    const secrets = canaries(first!.path('.fleet')).flatMap(dresses);
    expect(filesWith(first!.path('.fleet', 'keys'), secrets).length).toBeGreaterThan(3);
    const objects = [...(await bucket.objects('shared'))];
    expect(objects.length).toBeGreaterThan(4);
    expect(objects.filter(([, text]) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
    expect(filesWith(first!.path('.fleet', 'state'), secrets)).toEqual([]);
  });

  it('is refused to a clone that has not joined', async () => {
    second = await cloneOf(first!);
    expect(await failed(second.run('up'))).toMatch(/a fleet that this clone has not joined[^]*fleet -- join/);
  });

  it('belongs to everybody who has joined: status, push, and an up that changes nothing', async () => {
    const before = await held();
    const { stdout: key } = await second!.fleet('join', '--key');
    const { stdout } = await fleetCommand(first!, ['invite', '--to', key], '');
    expect((await fleetCommand(second!, ['join'], stdout)).stdout).toContain('`npm run up` works here');
    expect((await second!.fleet('status')).all).toMatch(/^dev +app-a +ready /m);
    write(second!, 'second');
    expect((await second!.fleet('push')).all).toContain('dev: ready');
    expect((await dev().answer('app-a')).message).toBe('second');
    await second!.run('up');
    write(first!, 'second');
    await first!.run('up');
    expect(await held()).toEqual(before);
    await second!.expectNoChanges('dev', 'git-server');
  });

  it('is compared and pushed by the documented workflows', async () => {
    invitation = (await fleetCommand(first!, ['invite'], passphrase)).stdout;
    await first!.commit('Change the message');
    const runner = await cloneOf(first!);
    write(runner, 'by a workflow');
    await runSteps(runner, gitHubSteps('diff'));
    expect(readFileSync(runner.path('diff.md'), 'utf8')).toContain('by a workflow');
    expect(readFileSync(join(work, 'posted'), 'utf8')).toBe(
      'gh pr comment 7 --edit-last --create-if-none --body-file diff.md\n',
    );
    expect(await runSteps(runner, gitHubSteps('push'))).toContain('dev: ready');
    expect((await dev().answer('app-a')).message).toBe('by a workflow');
    const other = await cloneOf(first!);
    write(other, 'by a pipeline');
    await runSteps(other, gitLabSteps('diff'));
    expect(readFileSync(join(work, 'posted'), 'utf8')).toContain('merge_requests');
    expect(await runSteps(other, gitLabSteps('push'))).toContain('dev: ready');
    write(first!, 'by a pipeline');
    write(second!, 'by a pipeline');
  });

  it('moves into a folder and back, and nothing is restarted', async () => {
    const before = [await held(), await dev().readyPods('app-a')];
    write(first!, 'by a pipeline', '');
    expect(await failed(first!.run('up'))).toContain('fleet -- state move');
    await first!.run('fleet', 'state', 'move');
    await first!.run('up');
    expect(await stacksIn('shared')).toEqual([]);
    write(first!, 'by a pipeline', bucket.url('again'));
    await first!.run('fleet', 'state', 'move');
    await first!.run('up');
    expect(await stacksIn('again')).toEqual(['dev.json', 'git-server.json']);
    expect([await held(), await dev().readyPods('app-a')]).toEqual(before);
    write(second!, 'by a pipeline', bucket.url('again'));
    expect((await second!.fleet('state', 'move')).all).toContain('Another clone has moved the state');
  });

  it('is removed by any of its clones', async () => {
    await second!.run('down', '--all');
    expect(await held()).toEqual([]);
    expect(await stacksIn('again')).toEqual([]);
  });
});
