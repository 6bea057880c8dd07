import { cpSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { thisOwner } from '../../../machine/clone';
import { examine, refuseAnothersFleet, refuseToBringUp, takePossession } from '../../../machine/ownership';
import { claimFleet } from '../../../machine/ownership/claim';
import { intentFile } from '../../../machine/ownership/records';
import { defineFleet, generationMark, kind, type Owner, ownerMark } from '../../../model';
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

const self = () => thisOwner(fleet.name, here);
const verdicts = async (directory = here) =>
  Object.fromEntries((await examine(fleet, { directory })).things.map(({ name, verdict }) => [name, verdict]));
/** What `up` is told, or undefined. */
const refusal = async (directory = here) => {
  const examination = await examine(fleet, { directory });
  try {
    return void refuseToBringUp(examination);
  } catch (error) {
    return (error as Error).message;
  }
};
const claim = () => machine.state.volume.find(({ Name }) => Name === 'flux-fleet-owner')?.Labels;

describe('what bears no mark of a fleet', () => {
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
    await expect(takePossession(fleet, [], here)).rejects.toThrow('no fleet made it');
    expect(machine.changes).toEqual([]);
  });

  it('is no hindrance to taking the fleet away, for it is left alone', async () => {
    const examination = await examine(fleet, { directory: here });
    expect(() => refuseAnothersFleet(examination)).not.toThrow();
    expect(new Set(examination.things.map(({ verdict }) => verdict))).toEqual(new Set(['unmarked']));
  });

  it('is taken over by its name, and nothing of it is lost', async () => {
    const names = ['cluster-dev', 'gitserver', 'cluster-prod-control-plane', 'flux-fleet', 'flux-fleet-repositories'];
    expect(await takePossession(fleet, names, here)).toContain('took over kind cluster cluster-dev');

    const named = (name: string) => machine.state.container.find(({ Name }) => Name === `/${name}`);
    expect(named('gitserver-before-adopt')).toMatchObject({ Id: 'id-of-gitserver', stopped: true });
    expect(named('cluster-dev-control-plane')?.files[generationMark]).toBe('adopted\n');
    expect(machine.changes.filter((call) => call.includes(' rm '))).toEqual([]);
    expect(await refusal()).toBeUndefined();
    expect(new Set(Object.values(await verdicts()))).toEqual(new Set(['ours']));
  });

  it('is not taken over by a name that the fleet does not use, which may be mistyped', async () => {
    await expect(takePossession(fleet, ['gitsever'], here)).rejects.toThrow(/--adopt gitsever: .*\n.*gitserver/);
  });
});

describe('what this clone made', () => {
  it('is known by its mark', async () => {
    machine.addCluster({ name: 'cluster-dev', owner: self(), generation: 'a-1' });
    machine.addContainer('gitserver', self());
    machine.addNetwork('flux-fleet', self());
    machine.addVolume('flux-fleet-repositories', self());
    expect(await refusal()).toBeUndefined();
    expect(new Set(Object.values(await verdicts()))).toEqual(new Set(['ours']));
  });

  it('with an earlier version, is known by what Pulumi has recorded, and marked', async () => {
    machine.addCluster({ name: 'cluster-dev', generation: 'a-1' });
    machine.addContainer('gitserver', earlier);
    machine.addNetwork('flux-fleet', earlier);
    machine.addVolume('flux-fleet-repositories', earlier);
    machine.addStack(here, 'git-server', [{ id: 'id-of-gitserver' }, { id: 'id-of-network-flux-fleet' }]);
    machine.addStack(here, 'dev', [{ inputs: { environment: { GENERATION: 'a-1' } } }]);

    await takePossession(fleet, [], here);

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

  it('and did not end, is known by what it recorded first, on the network of the fleet alone', async () => {
    mkdirSync(dirname(intentFile('cluster-dev', here)), { recursive: true });
    writeFileSync(intentFile('cluster-dev', here), 'a-1');
    machine.addCluster({ name: 'cluster-dev', network: 'flux-fleet' });
    machine.addCluster({ name: 'cluster-prod', network: 'flux-fleet' });
    expect(await verdicts()).toEqual({ 'cluster-dev': 'ours', 'cluster-prod': 'unmarked' });
    machine.write({ ...machine.state, container: [] });
    machine.addCluster({ name: 'cluster-dev', network: 'kind' });
    expect(await verdicts()).toEqual({ 'cluster-dev': 'unmarked' });
  });

  it('is refused and not called a stranger where the state cannot be read', async () => {
    machine.addCluster({ name: 'cluster-dev', generation: 'a-1' });
    machine.addStack(here, 'dev', []);
    writeFileSync(join(here, 'state', '.pulumi', 'stacks', 'flux-fleet', 'dev.json'), '{"version": 3, "che');
    await expect(examine(fleet, { directory: here })).rejects.toThrow(/dev\.json\.bak/);
  });

  it('under a cluster name that fleet.ts has no more is known, and a stranger there is no hindrance', async () => {
    machine.addStack(here, 'edge', []);
    machine.addCluster({ name: 'cluster-edge' });
    expect(await verdicts()).toEqual({ 'cluster-edge': 'unmarked' });
    expect(await refusal()).toBeUndefined();
  });
});

describe('the fleet of another clone', () => {
  const there = () => machine.clone('there');

  it('is refused with the place of that clone, to up and to down', async () => {
    await takePossession(fleet, [], there());
    machine.addContainer('gitserver', thisOwner(fleet.name, there()));

    const message = `fleet flux-fleet: it belongs to another clone, in ${dirname(there())}.`;

    expect(await refusal()).toContain(message);
    const examination = await examine(fleet, { directory: here });
    expect(() => refuseAnothersFleet(examination)).toThrow(message);
  });

  it('is refused by the marks alone, where the record is gone', async () => {
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
    expect(new Set(Object.values(await verdicts()))).toEqual(new Set(['of another clone']));
  });

  it('is taken over knowingly: its clusters stay as they are, and the first clone is told', async () => {
    await takePossession(fleet, [], there());
    const first = thisOwner(fleet.name, there());
    machine.addCluster({ name: 'cluster-dev', owner: first, generation: 'a-1' });
    machine.addNetwork('flux-fleet', first);
    machine.addVolume('flux-fleet-repositories', first);

    await takePossession(fleet, true, here);

    expect(await refusal()).toBeUndefined();
    expect(new Set(Object.values(await verdicts()))).toEqual(new Set(['ours']));
    const { files } = machine.state.container[0]!;
    expect([JSON.parse(files[ownerMark]!), files[generationMark]]).toEqual([self(), 'adopted\n']);
    expect(await refusal(there())).toContain(`the clone in ${dirname(here)} has taken it over from this one`);
  });

  it('is taken back as knowingly', async () => {
    await takePossession(fleet, [], there());
    await takePossession(fleet, true, here);
    await takePossession(fleet, true, there());
    expect(await refusal(there())).toBeUndefined();
    expect(await refusal()).toContain(`the clone in ${dirname(there())} has taken it over from this one`);
  });

  it('is not taken over together with what no fleet made', async () => {
    await takePossession(fleet, [], there());
    machine.addContainer('gitserver');
    await expect(takePossession(fleet, true, here)).rejects.toThrow('Docker container gitserver');
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
    await takePossession(fleet, [], there());
    await expect(claimFleet(self(), undefined)).rejects.toThrow(`another clone, in ${dirname(there())}, is bringing`);
    expect(claim()?.['flux-fleet.directory']).toBe(there());
  });
});

describe('a clone that was moved', () => {
  it('goes on, and is known at its new place', async () => {
    await takePossession(fleet, [], here);
    const moved = machine.clone('moved');
    renameSync(dirname(here), dirname(moved));

    await takePossession(fleet, [], moved);

    expect(claim()?.['flux-fleet.directory']).toBe(moved);
  });

  it('may be reached by two paths', async () => {
    await takePossession(fleet, [], here);
    symlinkSync(dirname(here), join(machine.root, 'link'));
    expect(await refusal(join(machine.root, 'link', '.fleet'))).toBeUndefined();
  });

  it('is told from a copy, which is refused with the place of the first', async () => {
    await takePossession(fleet, [], here);
    const copy = machine.clone('copy');
    cpSync(dirname(here), dirname(copy), { recursive: true });

    expect(await refusal(copy)).toContain(`${copy} is a copy of ${here}, and the fleet belongs to the clone there`);

    await takePossession(fleet, true, copy);
    expect(await refusal(copy)).toBeUndefined();
    expect(await refusal()).toContain(`the clone in ${dirname(copy)} has taken it over from this one`);
  });

  it('is not one whose local files were removed', async () => {
    await takePossession(fleet, [], here);
    rmSync(here, { recursive: true });
    expect(await refusal()).toContain(`with other local files: ${here} was removed or replaced`);
  });
});

describe('the record of whose the fleet is', () => {
  it('is private, and made once', async () => {
    const { clone } = self();
    expect(self().clone).toBe(clone);
    expect(statSync(join(here, 'clone-id')).mode & 0o777).toBe(0o600);
    await takePossession(fleet, [], here);
    const { changes } = machine;
    await takePossession(fleet, [], here);
    expect(machine.changes).toEqual(changes);
  });

  it('is not written over a volume of somebody with its name', async () => {
    machine.addVolume('flux-fleet-owner');
    await expect(takePossession(fleet, [], here)).rejects.toThrow('`docker volume rm flux-fleet-owner`');
    expect(machine.changes).toEqual([]);
  });
});

it.each(['ps', 'container inspect', 'network inspect', 'volume inspect', 'cp'])(
  'does not take silence for a machine that holds nothing, when `docker %s` reaches no engine',
  async (broken) => {
    machine.addCluster({ name: 'cluster-dev' });
    machine.write({ ...machine.state, broken });
    await expect(examine(fleet, { directory: here })).rejects.toThrow('Cannot connect to the Docker daemon');
  },
);
