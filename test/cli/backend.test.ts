import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { backendState } from '../../model';
import { FakePulumi } from '../fakes/pulumi';
import { FakePulumiCommand } from '../fakes/pulumi-command';
import { fleet, fleetFile, machine } from './command-line';
import { createWorld, type World } from './world';

let world: World;
let pulumi: FakePulumiCommand;
/** Another one for each test: a process asks a backend once. */
let url = '';
let count = 0;
beforeEach(async () => {
  url = `s3://bucket/fleet-${++count}?region=eu-central-1`;
  world = await createWorld();
  pulumi = new FakePulumiCommand(join(machine.folder, 'pulumi')).install(join(machine.folder, 'bin'));
  const load = fleetFile.load;
  fleetFile.load = () => ({ ...load(), state: backendState(url) });
});
afterEach(() => world.end());
afterAll(() => machine.remove());

/** Pulumi's SDK, whose fake works on the folder of the backend. */
function engine(): FakePulumi {
  const { effects } = world.pulumi;
  const engine = new FakePulumi(pulumi.folder(url));
  for (const [call, effect] of effects) engine.effects.set(call, effect);
  return engine;
}
const stacksAt = (folder: string) => readdirSync(join(folder, '.pulumi', 'stacks', 'flux-fleet')).sort();

describe('a fleet whose state is in a backend', () => {
  it('comes up, has a copy of each stack, and goes with all of them', async () => {
    const { operations } = engine();
    expect(await fleet(['up'])).toMatchObject({ exitCode: 0 });
    expect([...operations].sort()).toEqual(['up dev', 'up git-server', 'up prod']);
    expect(stacksAt(world.local('state'))).toEqual(['dev.json', 'git-server.json', 'prod.json']);
    expect(await fleet(['down', '--all'])).toMatchObject({ exitCode: 0 });
    expect(stacksAt(pulumi.folder(url))).toEqual([]);
  });

  it('changes nothing where the backend does not answer', async () => {
    const { operations } = engine();
    pulumi.fail('error: dial tcp: i/o timeout');
    expect((await fleet(['up'])).stderr).toContain(
      `Pulumi's state at ${url}: it cannot be read: dial tcp: i/o timeout`,
    );
    expect(operations).toEqual([]);
  });

  it('is not brought up by a clone on another machine than the one that has its containers', async () => {
    const { operations } = engine();
    const clone = '11111111-1111-4111-8111-111111111111';
    pulumi.write(url, 'dev', { resources: [{ type: 'pulumi:pulumi:Stack', urn: 'u', outputs: { clone } }] });
    mkdirSync(world.local());
    writeFileSync(world.local('clone-id'), clone);
    const membership = { directory: world.local(), home: '/first/.fleet', engine: 'of the first machine' };
    writeFileSync(world.local('membership.json'), JSON.stringify(membership));
    expect((await fleet(['up'])).stderr).toMatch(
      /the git server, cluster dev, cluster prod are in the Docker of another machine[^]*\/first\/\.fleet/,
    );
    expect(operations).toEqual([]);
  });

  it('is refused while its state is in the folder of the clone, until that is moved', async () => {
    await world.bringUpBefore('dev');
    world.pulumi.deployment('dev').resources = [{ urn: 'u', type: 'pulumi:pulumi:Stack' }];
    world.pulumi.save('dev');
    expect((await fleet(['up'])).stderr).toMatch(/^state: fleet\.ts has it at s3:[^]*fleet -- state move/m);
    const moved = await fleet(['state', 'move']);
    expect(moved.stderr).toBe('moving dev\n');
    expect(moved.stdout).toContain(`Moved dev from this clone's .fleet/state to ${url}`);
    expect(existsSync(world.local('state-before-1'))).toBe(true);
    expect((await fleet(['state', 'move'])).stdout).toContain('Nothing to move');
  });
});
