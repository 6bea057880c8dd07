import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { thisOwner } from '../../../machine/clone';
import { refuseAnothersFleet } from '../../../machine/ownership';
import { intentFile } from '../../../machine/ownership/records';
import { generationMark, type Owner, ownerMark } from '../../../model';
import { examineFleet } from '../../../stacks/ownership';
import { fleet, ownershipsFrom, refusalFrom, takeOver } from './fixture';
import { FakeMachine } from './machine';

const earlier: Owner = { fleet: 'flux-fleet', clone: '', directory: '' };
let machine: FakeMachine;
let here: string;
beforeEach(() => {
  machine = new FakeMachine();
  here = machine.clone('here');
});
afterEach(() => machine.remove());

const self = () => thisOwner(fleet.name, here);
const ownerships = (directory = here) => ownershipsFrom(directory);
const refusal = (directory = here) => refusalFrom(directory);

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

    const named = (name: string) => machine.state.containers.find(({ Name }) => Name === `/${name}`);
    expect(named('gitserver-before-adopt')).toMatchObject({ Id: 'id-of-gitserver', State: { Status: 'exited' } });
    expect(named('cluster-dev-control-plane')?.Files?.[generationMark]).toBe('adopted\n');
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
    machine.addStack(here, 'git-server', [{ id: 'id-of-gitserver' }, { id: 'id-of-flux-fleet' }]);
    machine.addStack(here, 'dev', [{ inputs: { environment: { GENERATION: 'a-1' } } }]);

    await takeOver([], here);

    const { files } = machine;
    expect(JSON.parse(files[ownerMark]!)).toEqual(self());
    expect(files[generationMark]).toBe('a-1\n');
    expect(machine.claim).toMatchObject({ 'flux-fleet.clone': self().clone, 'flux-fleet.directory': here });
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
    for (const name of ['dev', 'prod']) machine.docker.remove('containers', `cluster-${name}-control-plane`);
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

it.each(['ps', 'container inspect', 'network inspect', 'volume inspect', 'cp'])(
  'does not take a failure of `docker %s` for an empty machine',
  async (broken) => {
    machine.addCluster({ name: 'cluster-dev' });
    machine.docker.fail(broken, 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.');
    await expect(examineFleet(fleet, { directory: here })).rejects.toThrow('Cannot connect to the Docker daemon');
  },
);
