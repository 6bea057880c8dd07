import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fleet, fleetFile, machine } from './command-line';
import { thisOwner } from '../../machine/clone';
import {
  ageKey,
  defineFleet,
  env,
  gitServer,
  kind,
  kindClusterLabel,
  type Owner,
  ownerLabels,
  pgpKey,
  webApp,
} from '../../model';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  machine.docker.volume('flux-fleet-repositories', { 'flux-fleet': 'flux-fleet' });
  await world.bringUpBefore('git-server', 'dev', 'prod');
});
afterEach(() => world.end());
afterAll(() => machine.remove());

const operations = () => world.pulumi.operations.splice(0);
const volumes = () => machine.docker.state.volumes.map(({ Name }) => Name);

describe('fleet down', () => {
  it('removes the clusters and then the git server, and keeps the repository and the keys', async () => {
    const { stdout, exitCode } = await fleet(['down']);

    expect(exitCode).toBe(0);
    const done = operations();
    expect(done.slice(0, 2).sort()).toEqual(['destroy dev', 'destroy prod']);
    expect(done[2]).toBe('destroy git-server');
    expect(volumes()).toEqual(['flux-fleet-repositories']);
    expect(stdout).toMatch(/flux-fleet-repositories[\s\S]*npm run down -- --all/);
  });

  it('can be run again when there is nothing left', async () => {
    await fleet(['down']);
    expect((await fleet(['down'])).exitCode).toBe(0);
  });

  it('removes a cluster that fleet.ts no longer has, too', async () => {
    await world.bringUpBefore('stage');
    await fleet(['down']);
    expect(operations()).toContain('destroy stage');
  });

  it('finishes what an earlier run was killed in', async () => {
    world.pulumi.deployment('dev').pending_operations = [{ type: 'deleting' }];
    await fleet(['down']);
    expect(operations().filter((operation) => operation.endsWith('dev'))).toEqual(['refresh dev', 'destroy dev']);
  });

  it('does not remove the git server when a cluster could not be removed', async () => {
    world.pulumi.failures.set('destroy dev', ['the daemon is gone']);

    const { stderr, exitCode } = await fleet(['down']);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stack dev: pulumi destroy failed: the daemon is gone\.\n {2}\S/m);
    expect(operations()).not.toContain('destroy git-server');
  });
});

it('leaves what somebody else owns, lists it, and lets Pulumi forget the cluster that had the name', async () => {
  machine.docker.container('cluster-dev-control-plane', { labels: { [kindClusterLabel]: 'cluster-dev' } });
  machine.docker.container('gitserver');

  const { stdout, exitCode } = await fleet(['down', '--all']);

  expect(exitCode).toBe(0);
  expect(operations()).not.toContain('destroy dev');
  expect(machine.docker.state.containers.map(({ Name }) => Name)).toEqual(['/cluster-dev-control-plane', '/gitserver']);
  expect(stdout).toMatch(/^Left as they are,.*: kind cluster cluster-dev, container gitserver\.$/m);
});

it('names what was set aside for the fleet, which is as it was', async () => {
  machine.docker.container('gitserver-before-adopt', { status: 'exited' });
  for (const args of [['down'], ['down', '--all']])
    expect((await fleet(args)).stdout).toMatch(/^Left as they are,.*: container gitserver-before-adopt\.$/m);
  expect(machine.docker.state.containers.map(({ Name }) => Name)).toEqual(['/gitserver-before-adopt']);
});

describe("a network to which somebody connected another's container", () => {
  beforeEach(() => {
    machine.docker.network('flux-fleet', ownerLabels(thisOwner('flux-fleet', world.local())), ['theirs', 'another']);
    world.pulumi.failures.set('destroy git-server', ['network flux-fleet has active endpoints']);
  });
  const message =
    /^Docker network flux-fleet: .* other containers to it: theirs, another\.\n.*`docker network disconnect flux-fleet theirs && docker network disconnect flux-fleet another`/;

  it.each([[['down']], [['down', '--all']]])('stays, and is told when the rest is gone: %j', async (args) => {
    const { stderr, exitCode } = await fleet(args);

    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(operations()).toEqual(expect.arrayContaining(['destroy dev', 'destroy prod', 'destroy git-server']));
    expect(volumes()).toEqual(args.includes('--all') ? [] : ['flux-fleet-repositories']);
    expect(existsSync(world.local('clone-id'))).toBe(true);
  });

  it('hides no other failure once it is gone', async () => {
    machine.docker.remove('networks', 'flux-fleet');
    expect((await fleet(['down'])).stderr).toMatch(/^stack git-server: pulumi destroy failed/m);
  });
});

describe('fleet down --all', () => {
  it('removes whatever has the marks of the fleet and this clone, and nothing else', async () => {
    const marks = (owner: Partial<Owner> = {}) => ownerLabels({ ...thisOwner('flux-fleet', world.local()), ...owner });
    machine.docker.container('left-over', { labels: marks(), status: 'exited' });
    machine.docker.network('left-over', marks());
    machine.docker.volume('left-over', marks());
    machine.docker.volume('of-another-clone', marks({ clone: 'another' }));
    machine.docker.volume('of-another-fleet', marks({ fleet: 'shop' }));

    expect((await fleet(['down', '--all'])).exitCode).toBe(0);

    const { containers, networks } = machine.docker.state;
    expect([containers, networks, volumes()]).toEqual([[], [], ['of-another-clone', 'of-another-fleet']]);
    expect(machine.docker.calls).toContain('container rm --force --volumes id-of-left-over');
  });

  it('fails, and keeps what it needs to go on, where something of the fleet stays', async () => {
    machine.docker.network('left-over', ownerLabels(thisOwner('flux-fleet', world.local())), ['theirs']);

    const { exitCode, stderr } = await fleet(['down', '--all']);

    expect([exitCode, existsSync(world.local())]).toEqual([1, true]);
    expect(stderr).toContain('network left-over has active endpoints');
  });

  it('leaves nothing', async () => {
    for (const name of ['flux-fleet/git-server:1234', 'somebody/git-server:1']) machine.docker.image(name);
    // Two fleets have the same image.
    machine.docker.image('flux-fleet/git-server:5678', {}, ['shop/git-server:5678']);
    const { stdout, exitCode } = await fleet(['down', '--all']);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing of the fleet is left.');
    expect(volumes()).toEqual([]);
    const images = machine.docker.state.images.flatMap(({ RepoTags }) => RepoTags);
    expect(images.filter((name) => name.includes('git-server'))).toEqual([
      'somebody/git-server:1',
      'shop/git-server:5678',
    ]);
    expect(existsSync(world.local())).toBe(false);
  });

  it('keeps the keys without which the encrypted secrets cannot be read, and names them', async () => {
    const { git } = fleetFile.load();
    const fingerprint = '85D77543B3D624B63CEA9E6DBC17301B491B3F21';
    fleetFile.load = () =>
      defineFleet({
        git: gitServer({ port: git.port }),
        clusters: { dev: kind({ recipients: [ageKey(), pgpKey(fingerprint)] }) },
        apps: { 'app-a': webApp({ image: 'podinfo', tag: '1', port: 80, secrets: { KEY: env() } }) },
        runs: { dev: { 'app-a': {} } },
      });
    await fleet(['secrets', 'set', 'dev', 'app-a', 'KEY'], 'value');
    const keys = ['age-dev.agekey', 'retired-dev.agekey', `pgp-dev-${fingerprint}.asc`];
    for (const name of [...keys.slice(1), 'retired-prod.agekey', 'deploy-dev'])
      writeFileSync(world.local('keys', name), 'key');
    mkdirSync(world.local('edits/dev-app-a-1234'), { recursive: true });

    const { stdout } = await fleet(['down', '--all']);

    expect(stdout).toContain(`${keys.join(', ')} in .fleet/keys`);
    expect(readdirSync(world.local())).toEqual(['keys']);
    expect(readdirSync(world.local('keys')).sort()).toEqual(keys.sort());
  });
});
