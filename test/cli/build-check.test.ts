import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { defineFleet, gitChart, helmApp, kind } from '../../model';
import { fleet, fleetFile, machine } from './command-line';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

/** What kustomize prints for an overlay that it cannot build. */
const fails = "echo 'Error: no such patch' >&2; exit 1";

/** A release of a chart in Git. */
const release = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name: 'chart', namespace: 'flux-system' },
  spec: { chart: { spec: { chart: './charts/own', sourceRef: { kind: 'GitRepository', name: 'flux-system' } } } },
};

describe('what cannot be built', () => {
  it('is not published, by `publish` or `up`, and `up` makes no cluster', async () => {
    machine.builder('kustomize', fails);
    for (const command of ['publish', 'up']) {
      const { stderr, exitCode } = await fleet([command]);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/runs\.dev\.app-a \(app-a in dev\): kustomize cannot build it: no such patch/);
    }
    await expect(world.remote.git('rev-parse', '--verify', 'main')).rejects.toThrow();
    expect(world.pulumi.operations.filter((operation) => operation.includes('dev'))).toEqual([]);
  });

  it('leaves the secret of a hand-made chart out of Git: `synth` refuses it as the server would', async () => {
    await fleet(['synth']);
    const clone = join(machine.folder, 'clone');
    mkdirSync(join(clone, 'charts/own/templates'), { recursive: true });
    writeFileSync(join(clone, 'charts/own/Chart.yaml'), 'apiVersion: v2\nname: own\nversion: 1.0.0\n');
    const secret = 'apiVersion: v1\nkind:\n  # why\n  Secret\nmetadata: { name: a }\nstringData: { a: hunter2 }\n';
    writeFileSync(join(clone, 'charts/own/templates/secret.yaml'), secret);
    const chart = helmApp({ chart: gitChart('charts/own') });
    fleetFile.load = () => defineFleet({ clusters: { dev: kind() }, apps: { chart }, runs: { dev: { chart: {} } } });
    const { stderr, exitCode } = await fleet(['synth']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^manifests\/charts\/own\/templates\/secret\.yaml: `a` of Secret `a` is plain text/);
    expect(stderr).not.toContain('hunter2');
  });

  it('is apart from what cannot be checked, which `synth` and `publish` say', async () => {
    machine.builder(
      'helm',
      'case "$*" in *--skip-schema*) ;; *) echo \'failing loading "https://a/b":\' >&2; exit 1 ;; esac',
    );
    mkdirSync(join(machine.folder, 'clone/charts/own'), { recursive: true });
    writeFileSync(join(machine.folder, 'clone/charts/own/Chart.yaml'), 'apiVersion: v2\nname: own\nversion: 1.0.0\n');
    const chart = helmApp({ chart: gitChart('charts/own') });
    fleetFile.load = () => defineFleet({ clusters: { dev: kind() }, apps: { chart }, runs: { dev: { chart: {} } } });
    machine.builder('kustomize', `echo '${JSON.stringify(release)}'`);
    const notice = 'the values of `charts/own` were not checked, as its schema refers to one on the network';
    expect((await fleet(['synth'])).stdout).toContain(notice);
    expect((await fleet(['publish'])).stdout).toMatch(new RegExp(`^published .* \\(${notice}\\)$`, 'm'));
  });

  it('fails `synth --check`, and `synth` once manifests/ is written', async () => {
    machine.builder('kustomize', fails);
    const written = await fleet(['synth']);
    expect(written.stdout).toMatch(/^manifests\/ is what fleet\.ts says/);
    expect(written).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('kustomize cannot build it') as string,
    });
    const { stderr, exitCode } = await fleet(['synth', '--check']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('kustomize cannot build it');
  });
});

describe('a machine without the tools', () => {
  beforeEach(() => {
    for (const name of ['kustomize', 'helm']) machine.without(name);
  });

  it('synthesises, and says in a line what it did not check, as `synth --check` does', async () => {
    expect(await fleet(['synth'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^manifests.*\nThe build of manifests\/ was not checked.*\n$/) as string,
    });
    const { stdout, exitCode } = await fleet(['synth', '--check']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^The build of manifests\/ was not checked: this machine has no kustomize and no helm.*provide/,
    );
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });

  it('publishes nothing, and says how to get them', async () => {
    const { stderr, exitCode } = await fleet(['publish']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/has no `kustomize` of a version that fits.*\n.*provide[\s\S]*has no `helm` of a version/);
  });
});

it('`synth --check` compares before it builds', async () => {
  await fleet(['synth']);
  machine.builder('kustomize', fails);
  writeFileSync(join(machine.folder, 'clone/manifests/other.yaml'), '');
  expect((await fleet(['synth', '--check'])).stderr).toContain('it is not what fleet.ts says: other.yaml');
});
