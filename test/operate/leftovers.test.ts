import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { thisOwner } from '../../machine/clone';
import { examine } from '../../machine/ownership';
import { defineFleet, kind } from '../../model';
import { leftovers, removeLeftover, removeLeftoverCluster } from '../../operate/leftovers';
import { FakeMachine } from '../machine/ownership/machine';

const fleet = defineFleet({ clusters: { dev: kind() }, apps: {}, runs: { dev: {} } });
let machine: FakeMachine;
beforeEach(() => (machine = new FakeMachine()));
afterEach(() => machine.remove());

const self = () => thisOwner(fleet.name, machine.clone('here'));
const things = async () => (await examine(fleet, { directory: machine.clone('here') })).things;

describe('what a killed run left behind', () => {
  it('is what bears our mark and Pulumi has not recorded, but for the volume and the clusters', async () => {
    machine.addContainer('gitserver', self());
    machine.addContainer('fleet-alerts', self());
    machine.addNetwork('flux-fleet', self());
    machine.addVolume('flux-fleet-repositories', self());
    machine.addCluster({ name: 'cluster-dev', owner: self() });

    const left = leftovers(await things(), [{ urn: '', type: '', id: 'id-of-fleet-alerts' }]);

    expect(left.map(({ name }) => name)).toEqual(['gitserver', 'flux-fleet']);
  });

  it("is nothing of somebody else's", async () => {
    machine.addContainer('gitserver');
    machine.addContainer('fleet-alerts', { ...self(), clone: 'another' });
    machine.addNetwork('flux-fleet', { ...self(), clone: '' });
    expect(leftovers(await things(), [])).toEqual([]);
  });

  it('is removed by its id, for the name may be another thing by then', async () => {
    machine.addContainer('gitserver', self());
    const [left] = leftovers(await things(), []);
    expect(await removeLeftover(left!)).toBe('removed');
    expect(machine.changes).toEqual(['container rm --force id-of-gitserver']);
    expect(await removeLeftover(left!)).toBe('in use');
  });

  it('is removed where it is a cluster', async () => {
    machine.addCluster({ name: 'cluster-dev', owner: self() });
    const [cluster] = await things();
    await removeLeftoverCluster(cluster!);
    expect(await things()).toEqual([]);
  });
});
