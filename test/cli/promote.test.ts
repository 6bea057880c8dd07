import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { defineFleet, type Fleet, gitServer, kind, type Versions, webApp, type WebAppOverlay } from '../../model';
import { fluxKustomization } from '../fakes/kubernetes/flux';
import { deploymentWithPods, type PodsProps } from '../fakes/kubernetes/pods';
import { buildsInTurn } from './built-in-turn';
import { fleet, fleetFile, machine } from './command-line';
import { createWorld, type World } from './world';

const podinfo = 'ghcr.io/stefanprodan/podinfo';
const inClone = (path: string) => join(machine.folder, 'clone', path);
const pinned =
  '{\n  "prod": {\n    "app-b": {\n      "tag": "6.9.0"\n    },\n    "app-a": {\n      "tag": "6.9.1"\n    }\n  }\n}\n';
const versions = () => readFileSync(inClone('versions.json'), 'utf8');
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

let world: World;
let port: number;
/** What `fleet.ts` has for app-a in prod, and as its message everywhere. */
let edited: { prod: WebAppOverlay; message: string };
let source: string;

beforeEach(async () => {
  world = await createWorld();
  port = fleetFile.load().git.port!;
  edited = { prod: {}, message: 'Hello' };
  source = "import { defineFleet } from './model';\nimport versions from './versions.json';\nexport default defineFleet({\n  versions,\n});\n"; // prettier-ignore
  writeFileSync(inClone('versions.json'), pinned);
  fleetFile.load = load;
  await fleet(['up']);
  runs('dev', { image: `${podinfo}:6.9.2`, since: ago(30) });
});
afterEach(() => world.end());
afterAll(() => machine.remove());

/** As Node.js loads `fleet.ts` with its file of data. */
function load(): Fleet {
  writeFileSync(inClone('fleet.ts'), source);
  const app = (message: string) => webApp({ image: podinfo, tag: '6.9.2', port: 9898, env: { MESSAGE: message } });
  return defineFleet({
    git: gitServer({ port }),
    clusters: { dev: kind(), prod: kind() },
    apps: { 'app-a': app(edited.message), 'app-b': app('b') },
    versions: source.includes('versions,') ? (JSON.parse(versions()) as Versions) : undefined,
    runs: { dev: { 'app-a': {} }, prod: { 'app-a': edited.prod, 'app-b': {} } },
  });
}

function runs(cluster: 'dev' | 'prod', ...pods: readonly PodsProps[]): void {
  world.clusters[cluster].api.put(...deploymentWithPods('app-a', ...pods));
}

const promote = (...args: string[]) => fleet(['promote', 'app-a', '--from', 'dev', '--to', 'prod', ...args]);
const count = () => world.remote.git('rev-list', '--count', 'main');
const message = () => world.remote.git('log', '-1', '--format=%B', 'main');
const overlay = () => world.remote.git('show', 'main:apps/app-a/overlays/prod/kustomization.yaml');

/** Expects a refusal that has changed nothing: neither the branch, nor the file. */
async function expectRefusal(args: readonly string[], stderr: RegExp): Promise<void> {
  const outcome = await promote(...args);
  expect(outcome.stderr).toMatch(stderr);
  expect(outcome.exitCode).toBe(1);
  expect([await count(), versions()]).toEqual(['1', pinned]);
  expect(readdirSync(inClone('.')).filter((name) => name.startsWith('.part'))).toEqual([]);
}

describe('fleet promote', () => {
  it('gives prod the version that dev runs, by one commit that has the evidence, and waits for prod', async () => {
    machine.builder('kustomize', buildsInTurn);
    const since = ago(30);
    runs('dev', { image: `${podinfo}:6.9.2`, since: ago(60), count: 2 }, { image: `${podinfo}:6.9.2`, since });

    const { stdout, stderr, exitCode } = await promote();

    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^(Cluster prod: .*\n)*$/);
    expect(stdout).toContain(`dev runs app-a 6.9.2, ready since ${since}\n`);
    expect(stdout).toMatch(/published [0-9a-f]{12}: Promote app-a 6\.9\.2 from dev to prod\nversions\.json has/);
    expect(stdout).toMatch(/prod: ready \d+\.\d s after the push\n$/);
    expect(await overlay()).not.toContain('6.9.1');
    expect(versions()).toBe(pinned.replace('6.9.1', '6.9.2'));
    const lines = (await message()).trim().split('\n');
    expect(lines[0]).toBe('Promote app-a 6.9.2 from dev to prod');
    expect(lines.slice(4)).toEqual([
      'Promoted-App: app-a',
      'Promoted-From: dev',
      'Promoted-To: prod',
      'Promoted-Version: 6.9.2',
      'Promoted-Over: 6.9.1',
      `Ready-Since: ${since}`,
      'Soak: 10m',
    ]);
    expect(await world.remote.git('log', '-1', '--format=%(trailers:key=Soak,valueonly)', 'main')).toBe('10m\n');
    expect((await fleet(['push', '--no-wait'])).stdout).toMatch(/^nothing to publish/);
    expect((await promote()).stdout).toBe('Nothing to promote: prod has the version of app-a that dev runs.\n');
  });

  it('shows everything, and changes nothing, with --dry-run', async () => {
    const { stdout, exitCode } = await promote('--dry-run');
    expect(stdout).toMatch(/\nnot pushed: Promote app-a 6\.9\.2 from dev to prod\n$/);
    expect(exitCode).toBe(0);
    expect([await count(), versions()]).toEqual(['1', pinned]);
  });

  it('refuses an app that is ready for too short a time, with the time left, and goes on with a reason', async () => {
    runs('dev', { image: `${podinfo}:6.9.2`, since: ago(30) }, { image: `${podinfo}:6.9.2`, since: ago(5) });
    const refusal = /^cluster dev: app-a: it is ready there for 5m(\ds)?, and must be for 1h30m\.\n {2}Run the same command again in 1h2[45]m/; // prettier-ignore
    await expectRefusal(['--soak', '1h30m'], refusal);
    const { stdout, exitCode } = await promote('--soak', '1h30m', '--override', 'a fix\nfor  all', '--no-wait');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('which goes on although it is ready there for 5m');
    expect(await message()).toMatch(/\nSoak: 1h30m\nPromotion-Override: a fix for all\n*$/);
  });

  it('refuses an app that has failed, or is suspended', async () => {
    const commit = await world.remote.git('rev-parse', 'main');
    const { api } = world.clusters.dev;
    api.put(fluxKustomization('app-a', commit, { status: 'False', reason: 'HealthCheckFailed', message: 'timeout' }));
    await expectRefusal([], /^cluster dev: app-a: it is not ready there: .*HealthCheckFailed: timeout/);
    const object = fluxKustomization('app-a', commit);
    api.put({ ...object, spec: { ...(object['spec'] as object), suspend: true } });
    await expectRefusal([], /it is not ready there: Flux Kustomization app-a is suspended/);
  });

  it('refuses an app with a pod that is not ready, and goes on with a reason', async () => {
    runs('dev', { image: `${podinfo}:6.9.2`, since: ago(30) }, { image: `${podinfo}:6.9.2`, name: 'app-a-late' });
    await expectRefusal([], /it is not ready there: pod app-a-late\.\n.*explain app-a --cluster dev/);
    expect((await promote('--override', 'x', '--no-wait')).exitCode).toBe(0);
    expect(await message()).not.toContain('Ready-Since');
  });

  it('refuses pods of two versions, also with a reason', async () => {
    runs('dev', { image: `${podinfo}:6.9.2`, since: ago(30) }, { image: `${podinfo}:6.9.3`, since: ago(20) });
    const refusal = /^cluster dev: app-a: a rollout is under way: its pods run 6\.9\.2 and 6\.9\.3\./;
    await expectRefusal(['--override', 'x'], refusal);
  });

  it('refuses to publish other changes of fleet.ts with it', async () => {
    edited.message = 'Changed';
    await expectRefusal([], /^fleet\.ts: it differs from what is published,.*: Change app-a\.\n {2}Run .*push/);
  });

  it('refuses where fleet.ts has no file of versions, with what is to be added', async () => {
    source = 'export default defineFleet({});\n';
    edited.prod = { tag: '6.9.1' };
    await expectRefusal([], /^fleet\.ts: .*\n {2}Add `import versions from '\.\/versions\.json';`.*`versions,`/);
    source = "import versions from './versions.json';\nexport default defineFleet({ versions, });\n";
    writeFileSync(inClone('versions.json'), '{}\n');
    const { stderr } = await promote();
    expect(stderr).toContain('runs.prod.app-a.tag: fleet.ts has the version here');
    expect(stderr).toContain('`{"prod":{"app-a":{"tag":"6.9.1"}}}`');
  });

  it('leaves the file and manifests/ as they were where the push is refused', async () => {
    writeFileSync(join(world.remote.url, 'hooks', 'pre-receive'), '#!/bin/sh\necho closed >&2; exit 1\n', {
      mode: 0o755,
    });
    await expectRefusal([], /closed/);
    const file = readFileSync(inClone('manifests/apps/app-a/overlays/prod/kustomization.yaml'), 'utf8');
    expect(file.trim()).toBe(await overlay());
  });

  it('names the way back where prod does not get ready', async () => {
    world.clusters.prod.api.onWrite = () => undefined;
    const { stderr, exitCode } = await promote('--timeout', '1s');
    expect(stderr).toMatch(
      /`npm run fleet -- promote app-a --undo --to prod` gives prod the version before\.\ncluster prod: /,
    );
    expect(exitCode).toBe(1);
    expect([await count(), versions()]).toEqual(['2', pinned.replace('6.9.1', '6.9.2')]);
  });

  it('is finished by another run where it was killed between the push and the file', async () => {
    await promote('--no-wait');
    writeFileSync(inClone('versions.json'), pinned);
    const { stdout, exitCode } = await promote('--no-wait');
    expect(stdout).toContain('nothing to publish');
    expect(exitCode).toBe(0);
    expect([await count(), versions()]).toEqual(['2', pinned.replace('6.9.1', '6.9.2')]);
  });

  it('names a cluster that does not answer, and ends with 3', async () => {
    await world.clusters.dev.api.stop();
    const { stderr, exitCode } = await promote();
    expect(stderr).toContain('cluster dev: the cluster does not answer');
    expect(exitCode).toBe(3);
  });

  it('takes two clusters that run the app', async () => {
    expect((await fleet(['promote', 'app-a', '--to', 'prod'])).stderr).toMatch(/^fleet promote: it takes two clusters/);
    const { stderr } = await fleet(['promote', 'app-b', '--from', 'dev', '--to', 'prod']);
    expect(stderr).toMatch(/^runs\.dev: app-b does not run there/);
  });
});

describe('fleet promote --undo', () => {
  const undo = (...args: string[]) => fleet(['promote', 'app-a', '--undo', '--no-wait', ...args]);

  it('gives prod the version before, by a commit that names the promotion, once', async () => {
    await promote('--no-wait');
    const promotion = await world.remote.git('rev-parse', 'main');
    const before = await world.remote.git('rev-parse', 'main^{tree}', 'main^^{tree}');

    const { stdout, stderr, exitCode } = await undo('--to', 'prod');

    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toContain(`${promotion.slice(0, 12)} promoted app-a 6.9.2 to prod over 6.9.1`);
    expect(versions()).toBe(pinned);
    expect(await world.remote.git('rev-parse', 'main^{tree}')).toBe(before.split('\n')[1]);
    const [subject, ...rest] = (await message()).trim().split('\n');
    expect(subject).toBe('Undo the promotion of app-a 6.9.2 to prod');
    expect(rest.at(-1)).toBe(`Promotion-Undone: ${promotion}`);
    expect((await undo()).stderr).toMatch(/fleet\.ts has 6\.9\.1 there, and no longer 6\.9\.2, which [0-9a-f]{12}/);
  });

  it('refuses where nothing was promoted, and takes no message of somebody else for a promotion', async () => {
    expect((await undo()).stderr).toMatch(/^app app-a: the repository has no promotion of it\.\n/);
    await promote('--no-wait');
    const text = await message();
    await world.remote.pushByHand({ 'README.md': 'x' }, text.replace('Promoted-Over: 6.9.1', 'Promoted-Over: 6.0.0'));
    expect((await undo()).exitCode).toBe(0);
    expect(versions()).toBe(pinned);
  });
});
