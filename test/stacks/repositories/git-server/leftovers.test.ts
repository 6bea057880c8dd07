import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { thisOwner } from '../../../../machine/clone';
import { defineFleet, kind } from '../../../../model';

import { examineFleet } from '../../../../stacks/ownership';
import { leftovers, removeLeftover } from '../../../../stacks/repositories/git-server/leftovers';
import { FakeMachine } from '../../../machine/ownership/machine';

const fleet = defineFleet({ clusters: { dev: kind() }, apps: {}, runs: { dev: {} } });
let machine: FakeMachine;
beforeEach(() => (machine = new FakeMachine()));
afterEach(() => machine.remove());

const self = () => thisOwner(fleet.name, machine.clone('here'));
const objects = async () => (await examineFleet(fleet, { directory: machine.clone('here') })).objects;

describe('what a killed run left of the git server', () => {
  it("has our mark and is not in Pulumi's state; the volume and the clusters stay", async () => {
    machine.addContainer('gitserver', self());
    machine.addContainer('fleet-alerts', self());
    machine.addNetwork('flux-fleet', self());
    machine.addVolume('flux-fleet-repositories', self());
    machine.addCluster({ name: 'cluster-dev', owner: self() });

    const left = leftovers(await objects(), [{ urn: '', type: '', id: 'id-of-fleet-alerts' }]);

    expect(left.map(({ name }) => name)).toEqual(['gitserver', 'flux-fleet']);
  });

  it('never belongs to somebody else', async () => {
    machine.addContainer('gitserver');
    machine.addContainer('fleet-alerts', { ...self(), clone: 'another' });
    machine.addNetwork('flux-fleet', { ...self(), clone: '' });
    expect(leftovers(await objects(), [])).toEqual([]);
  });

  it('is removed with its unnamed volumes, by its id, because another object may have the name by then', async () => {
    machine.addContainer('gitserver', self());
    const [left] = leftovers(await objects(), []);
    expect(await removeLeftover(left!)).toBe('removed');
    expect(machine.changes).toEqual(['container rm --force --volumes id-of-gitserver']);
    machine.docker.fail('container rm', 'Error response from daemon: conflict');
    expect(await removeLeftover(left!)).toBe('in use');
  });
});
