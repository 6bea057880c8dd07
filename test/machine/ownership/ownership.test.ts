import { cpSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { thisOwner } from '../../../machine/clone';
import { type Adopt, refuseAnothersFleet, refuseToBringUp } from '../../../machine/ownership';
import { claimFleet } from '../../../machine/ownership/claim';
import { intentFile } from '../../../machine/ownership/records';
import { defineFleet, generationMark, kind, type Owner, ownerMark } from '../../../model';
import { examineFleet, takeOverFleet } from '../../../stacks/ownership';
import { FakeMachine } from './machine';

const fleet = defineFleet({ clusters: { dev: kind(), prod: kind() }, apps: {}, runs: { dev: {}, prod: {} } });
const earlier: Owner = { fleet: 'flux-fleet', clone: '', directory: '' };
const someone: Owner = { fleet: 'flux-fleet', clone: 'c0ffee', directory: '/home/someone/infra/.fleet' };
let machine: FakeMachine;
let here: string;
beforeEach(() => {
  machine = new FakeMachine();
  here = machine.clone('here');
});
afterEach(() => machine.remove());

const takeOver = (adopt: Adopt, directory: string) => takeOverFleet(fleet, { adopt, directory });
const self = () => thisOwner(fleet.name, here);
const ownerships = async (directory = here) =>
  Object.fromEntries(
    (await examineFleet(fleet, { directory })).objects.map(({ name, ownership }) => [name, ownership]),
  );
/** What `up` is refused with, or undefined. */
const refusal = async (directory = here) => {
  const examination = await examineFleet(fleet, { directory });
  try {
    return void refuseToBringUp(examination);
  } catch (error) {
    return (error as Error).message;
  }
};
const claim = () => machine.state.volume.find(({ Name }) => Name === 'flux-fleet-owner')?.Labels;

describe('an object without the mark of a fleet', () => {
  beforeEach(() => {
    machine.addCluster({ name: 'cluster-dev' });
    machine.addContainer('gitserver');
    machine.addContainer('cluster-prod-control-plane');
    machine.addNetwork('flux-fleet');
    machine.addVolume('flux-fleet-repositories');
  });

  it('is refused all at once, each with a command that removes it and one that takes it over', async () => {
    const message = await refusal();
    for (const command of [
      'docker rm --force --volumes cluster-dev-control-plane',
      'docker rm --force gitserver',
      'docker rm --force cluster-prod-control-plane',
      'docker network rm flux-fleet',
      'docker volume rm flux-fleet-repositories',
      'npm run up -- --adopt cluster-dev',
      'npm run up -- --adopt gitserver',
      'npm run up -- --adopt flux-fleet',
    ]) {
      expect(message).toContain(`\`${command}\``);
    }
  });

  it('is not touched by the refusal', async () => {
    await expect(takeOver([], here)).rejects.toThrow('no fleet made it');
    expect(machine.changes).toEqual([]);
  });

  it('does not keep the fleet from being removed, and stays', async () => {
    const examination = await examineFleet(fleet, { directory: here });
    expect(() => refuseAnothersFleet(examination)).not.toThrow();
    expect(new Set(examination.objects.map(({ ownership }) => ownership))).toEqual(new Set(['unmarked']));
  });

  it('is taken over by its name, and nothing in it is lost', async () => {
    const names = ['cluster-dev', 'gitserver', 'cluster-prod-control-plane', 'flux-fleet', 'flux-fleet-repositories'];
    expect(await takeOver(names, here)).toContain('took over kind cluster cluster-dev');

    const named = (name: string) => machine.state.container.find(({ Name }) => Name === `/${name}`);
    expect(named('gitserver-before-adopt')).toMatchObject({ Id: 'id-of-gitserver', stopped: true });
    expect(named('cluster-dev-control-plane')?.files[generationMark]).toBe('adopted\n');
    expect(machine.changes.filter((call) => call.includes(' rm '))).toEqual([]);
    expect(await refusal()).toBeUndefined();
    expect(new Set(Object.values(await ownerships()))).toEqual(new Set(['ours']));
  });

  it('is not taken over by a name that the fleet does not use, which may be mistyped', async () => {
    await expect(takeOver(['gitsever'], here)).rejects.toThrow(/--adopt gitsever: .*\n.*gitserver/);
  });
});

describe('what this clone made', () => {
  it('is known by its mark', async () => {
    machine.addCluster({ name: 'cluster-dev', owner: self(), generation: 'a-1' });
    machine.addContainer('gitserver', self());
    machine.addNetwork('flux-fleet', self());
    machine.addVolume('flux-fleet-repositories', self());
    expect(await refusal()).toBeUndefined();
    expect(new Set(Object.values(await ownerships()))).toEqual(new Set(['ours']));
  });

  it('with an earlier version, is known by what Pulumi has recorded, and marked', async () => {
    machine.addCluster({ name: 'cluster-dev', generation: 'a-1' });
    machine.addContainer('gitserver', earlier);
    machine.addNetwork('flux-fleet', earlier);
    machine.addVolume('flux-fleet-repositories', earlier);
    machine.addStack(here, 'git-server', [{ id: 'id-of-gitserver' }, { id: 'id-of-network-flux-fleet' }]);
    machine.addStack(here, 'dev', [{ inputs: { environment: { GENERATION: 'a-1' } } }]);

    await takeOver([], here);

    const [node] = machine.state.container;
    expect(JSON.parse(node!.files[ownerMark]!)).toEqual(self());
    expect(node!.files[generationMark]).toBe('a-1\n');
    expect(claim()).toMatchObject({ 'flux-fleet.clone': self().clone, 'flux-fleet.directory': here });
  });

  it('with an earlier version, is not known where Pulumi has recorded another of its name', async () => {
    machine.addCluster({ name: 'cluster-dev', generation: 'a-2' });
    machine.addContainer('gitserver', earlier);
    machine.addStack(here, 'git-server', [{ id: 'another' }]);
    machine.addStack(here, 'dev', [{ inputs: { environment: { GENERATION: 'a-1' } } }]);
    expect(await refusal()).toMatch(
      /another clone made kind cluster cluster-dev, container gitserver, with an earlier/,
    );
  });

  it('and did not complete is known by what it recorded first, on the network of the fleet only', async () => {
    mkdirSync(dirname(intentFile('cluster-dev', here)), { recursive: true });
    writeFileSync(intentFile('cluster-dev', here), 'a-1');
    machine.addCluster({ name: 'cluster-dev', network: 'flux-fleet' });
    machine.addCluster({ name: 'cluster-prod', network: 'flux-fleet' });
    expect(await ownerships()).toEqual({ 'cluster-dev': 'ours', 'cluster-prod': 'unmarked' });
    machine.write({ ...machine.state, container: [] });
    machine.addCluster({ name: 'cluster-dev', network: 'kind' });
    expect(await ownerships()).toEqual({ 'cluster-dev': 'unmarked' });
  });

  it('is not called unmarked when the state cannot be read', async () => {
    machine.addCluster({ name: 'cluster-dev', generation: 'a-1' });
    machine.addStack(here, 'dev', []);
    writeFileSync(join(here, 'state', '.pulumi', 'stacks', 'flux-fleet', 'dev.json'), '{"version": 3, "che');
    await expect(examineFleet(fleet, { directory: here })).rejects.toThrow(/dev\.json\.bak/);
  });

  it('under the name of a cluster that fleet.ts no longer has is known, and a foreign one there does not hinder', async () => {
    machine.addStack(here, 'edge', []);
    machine.addCluster({ name: 'cluster-edge' });
    expect(await ownerships()).toEqual({ 'cluster-edge': 'unmarked' });
    expect(await refusal()).toBeUndefined();
  });
});

describe('the fleet of another clone', () => {
  const there = () => machine.clone('there');

  it('is refused with the path of that clone, by up and by down', async () => {
    await takeOver([], there());
    machine.addContainer('gitserver', thisOwner(fleet.name, there()));

    const message = `fleet flux-fleet: it belongs to another clone, in ${dirname(there())}.`;

    expect(await refusal()).toContain(message);
    const examination = await examineFleet(fleet, { directory: here });
    expect(() => refuseAnothersFleet(examination)).toThrow(message);
  });

  it('is refused by the marks alone, if the record is gone', async () => {
    machine.addContainer('gitserver', someone);
    machine.addCluster({ name: 'cluster-dev', owner: someone, generation: 'a-1' });
    expect(await refusal()).toContain(
      'another clone, in /home/someone/infra, made kind cluster cluster-dev, container gitserver.',
    );
  });

  it('is known by the marks even where this clone had a fleet of the name once', async () => {
    machine.addVolume('flux-fleet-repositories', someone);
    machine.addContainer('gitserver', someone);
    machine.addStack(here, 'git-server', [{ id: 'id-of-gitserver' }]);
    expect(new Set(Object.values(await ownerships()))).toEqual(new Set(['another clone']));
  });

  it('is taken over knowingly: its clusters stay as they are, and the first clone is told', async () => {
    await takeOver([], there());
    const first = thisOwner(fleet.name, there());
    machine.addCluster({ name: 'cluster-dev', owner: first, generation: 'a-1' });
    machine.addNetwork('flux-fleet', first);
    machine.addVolume('flux-fleet-repositories', first);

    await takeOver(true, here);

    expect(await refusal()).toBeUndefined();
    expect(new Set(Object.values(await ownerships()))).toEqual(new Set(['ours']));
    const { files } = machine.state.container[0]!;
    expect([JSON.parse(files[ownerMark]!), files[generationMark]]).toEqual([self(), 'adopted\n']);
    expect(await refusal(there())).toContain(`the clone in ${dirname(here)} has taken it over from this one`);
  });

  it('is taken back in the same way', async () => {
    await takeOver([], there());
    await takeOver(true, here);
    await takeOver(true, there());
    expect(await refusal(there())).toBeUndefined();
    expect(await refusal()).toContain(`the clone in ${dirname(there())} has taken it over from this one`);
  });

  it('is not taken over together with what no fleet made', async () => {
    await takeOver([], there());
    machine.addContainer('gitserver');
    await expect(takeOver(true, here)).rejects.toThrow('Docker container gitserver');
    expect(claim()?.['flux-fleet.directory']).toBe(there());
  });

  it('of another name is refused with what it has that this one needs', async () => {
    machine.addContainer('gitserver', { ...someone, fleet: 'shop' });
    machine.addCluster({ name: 'cluster-prod', owner: { ...someone, fleet: 'shop' }, generation: 'a-1' });
    const message = await refusal();
    expect(message).toContain('fleet shop: it has kind cluster cluster-prod, container gitserver,');
    expect(message).toContain('`npm run up -- --adopt cluster-prod gitserver`');
  });

  it('is claimed by one of two clones that come up at once', async () => {
    await takeOver([], there());
    await expect(claimFleet(self(), undefined)).rejects.toThrow(`another clone, in ${dirname(there())}, is bringing`);
    expect(claim()?.['flux-fleet.directory']).toBe(there());
  });
});

describe('a clone that was moved', () => {
  it('keeps the fleet, and its new path is recorded', async () => {
    await takeOver([], here);
    const moved = machine.clone('moved');
    renameSync(dirname(here), dirname(moved));

    await takeOver([], moved);

    expect(claim()?.['flux-fleet.directory']).toBe(moved);
  });

  it('may be reached by two paths', async () => {
    await takeOver([], here);
    symlinkSync(dirname(here), join(machine.root, 'link'));
    expect(await refusal(join(machine.root, 'link', '.fleet'))).toBeUndefined();
  });

  it('differs from a copy, which is refused with the path of the first', async () => {
    await takeOver([], here);
    const copy = machine.clone('copy');
    cpSync(dirname(here), dirname(copy), { recursive: true });

    expect(await refusal(copy)).toContain(`${copy} is a copy of ${here}, and the fleet belongs to the clone there`);

    await takeOver(true, copy);
    expect(await refusal(copy)).toBeUndefined();
    expect(await refusal()).toContain(`the clone in ${dirname(copy)} has taken it over from this one`);
  });

  it('is not one whose local files were removed', async () => {
    await takeOver([], here);
    rmSync(here, { recursive: true });
    expect(await refusal()).toContain(`with other local files: ${here} was removed or replaced`);
  });
});

describe("the record of the fleet's owner", () => {
  it('is private, and made once', async () => {
    const { clone } = self();
    expect(self().clone).toBe(clone);
    expect(statSync(join(here, 'clone-id')).mode & 0o777).toBe(0o600);
    await takeOver([], here);
    const { changes } = machine;
    await takeOver([], here);
    expect(machine.changes).toEqual(changes);
  });

  it('is not written over a volume of somebody with its name', async () => {
    machine.addVolume('flux-fleet-owner');
    await expect(takeOver([], here)).rejects.toThrow('`docker volume rm flux-fleet-owner`');
    expect(machine.changes).toEqual([]);
  });
});

it.each(['ps', 'container inspect', 'network inspect', 'volume inspect', 'cp'])(
  'does not take a failure of `docker %s` for an empty machine',
  async (broken) => {
    machine.addCluster({ name: 'cluster-dev' });
    machine.write({ ...machine.state, broken });
    await expect(examineFleet(fleet, { directory: here })).rejects.toThrow('Cannot connect to the Docker daemon');
  },
);
