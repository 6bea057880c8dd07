import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fleet, fleetFile, machine } from './command-line';
import { buildsInTurn } from './built-in-turn';
import { schemaErrors } from './schema';
import { createWorld, twoClusters, type World } from './world';

let world: World;
beforeEach(async () => (world = await createWorld()));
afterEach(() => world.end());
afterAll(() => machine.remove());

describe('fleet diff', () => {
  it('shows what fleet.ts changes, and ends with 1; with 0 where it changes nothing', async () => {
    await fleet(['publish']);
    expect(await fleet(['diff'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^No object differs\n/) as string,
    });
    machine.builder('kustomize', buildsInTurn);
    const { port } = fleetFile.load().git;
    fleetFile.load = () => ({
      ...twoClusters(port!),
      runs: { dev: { 'app-a': { replicas: 2 } }, prod: { 'app-a': {} } },
    });
    const { stdout, exitCode } = await fleet(['diff']);
    expect(stdout).toMatch(/^Change app-a in dev\npublished [0-9a-f]{12} → fleet\.ts\n/);
    expect(stdout).toContain(' in dev)\n    spec.replicas: 1 → 2');
    expect(exitCode).toBe(1);
    expect(await world.remote.git('rev-list', '--count', 'main')).toBe('1');
  });

  it('prints JSON as documented, and nothing else to standard output', async () => {
    await fleet(['publish']);
    machine.builder('kustomize', buildsInTurn);
    const { port } = fleetFile.load().git;
    fleetFile.load = () => ({
      ...twoClusters(port!),
      runs: { dev: { 'app-a': { replicas: 2 } }, prod: { 'app-a': {} } },
    });
    const { stdout } = await fleet(['diff', '--output', 'json']);
    expect(schemaErrors('diff', stdout)).toEqual([]);
    expect(schemaErrors('diff', stdout.replace('{', '{ "more": 1,'))).not.toEqual([]);
    expect((await fleet(['diff', '--output', 'html'])).stdout).toMatch(/^<!doctype html>/);
    expect((await fleet(['diff', '--output', 'markdown'])).stdout).toMatch(/^### Change app-a in dev/);
    expect((await fleet(['diff', '--output', 'yaml'])).stderr).toContain('Use text, markdown, json, html');
  });

  it('uses the copy of the repository where the git server does not answer, and says so', async () => {
    await fleet(['publish']);
    world.remote.breakSsh('ssh: connect to host 127.0.0.1 port 2222: Connection refused');
    const { stdout, exitCode } = await fleet(['diff']);
    expect(stdout).toMatch(/offline: .*Connection refused.*as this clone last saw it/);
    expect(exitCode).toBe(0);
  });

  it('ends with 2 for a mistake, and names it', async () => {
    await fleet(['publish']);
    const wrong: Readonly<Record<string, readonly string[]>> = {
      'it has no commit `nowhere`': ['nowhere'],
      'cluster test: fleet.ts has no cluster of this name': ['--cluster', 'test'],
      'app shop: fleet.ts has no app of this name': ['--app', 'shop'],
      'takes two clusters': ['--between', 'dev'],
    };
    for (const [message, args] of Object.entries(wrong)) {
      const { stderr, exitCode } = await fleet(['diff', ...args]);
      expect(stderr).toContain(message);
      expect(exitCode).toBe(2);
    }
    machine.builder('kustomize', "echo 'Error: no such patch' >&2; exit 1");
    await world.remote.pushByHand({ 'apps/app-a/base/more.yaml': 'a: 1\n' });
    const failed = await fleet(['diff', 'published~1', 'published']);
    expect(failed.stdout).toMatch(
      /app-a in dev and prod published .* cannot be built: kustomize cannot build it: no such patch/,
    );
    expect(failed.exitCode).toBe(2);
  });
});
