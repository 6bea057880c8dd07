import { cpSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { thisOwner } from '../../../machine/clone';
import { refuseAnothersFleet, refuseToBringUp } from '../../../machine/ownership';
import { claimFleet, removeMarked } from '../../../machine/ownership/claim';
import { generationMark, ownerMark } from '../../../model';
import { examineFleet } from '../../../stacks/ownership';
import { fleet, ownershipsFrom, refusalFrom, someone, takeOver } from './fixture';
import { FakeMachine } from './machine';

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
    const { files } = machine;
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

  it('is taken over with what it took over itself, although that has no mark', async () => {
    machine.addNetwork('flux-fleet');
    machine.addVolume('flux-fleet-repositories');
    await takeOver(['flux-fleet', 'flux-fleet-repositories'], there());

    await takeOver(true, here);

    expect(await ownerships()).toEqual({ 'flux-fleet': 'ours', 'flux-fleet-repositories': 'ours' });
    expect(new Set(Object.values(await ownerships(there())))).toEqual(new Set(['ours']));
    expect(await refusal(there())).toContain('has taken it over from this one');
  });

  it('is not taken over together with what no fleet made', async () => {
    await takeOver([], there());
    machine.addContainer('gitserver');
    await expect(takeOver(true, here)).rejects.toThrow('Docker container gitserver');
    expect(machine.claim?.['flux-fleet.directory']).toBe(there());
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
    expect(machine.claim?.['flux-fleet.directory']).toBe(there());
  });
});

describe('a clone that was moved', () => {
  it('keeps the fleet, and its new path is recorded', async () => {
    await takeOver([], here);
    const moved = machine.clone('moved');
    renameSync(dirname(here), dirname(moved));

    await takeOver([], moved);

    expect(machine.claim?.['flux-fleet.directory']).toBe(moved);
  });

  it('may be reached by two paths', async () => {
    await takeOver([], here);
    symlinkSync(dirname(here), join(machine.root, 'link'));
    expect(await refusal(join(machine.root, 'link', '.fleet'))).toBeUndefined();
  });

  it('is also that of a clone that has joined, wherever the first one is, and not that of a copy of it', async () => {
    const [member, copy] = [machine.clone('member'), machine.clone('copy')];
    await takeOver([], here);
    machine.addContainer('gitserver', self());
    cpSync(here, member, { recursive: true });
    writeFileSync(join(member, 'membership.json'), JSON.stringify({ directory: member, home: here }));
    cpSync(member, copy, { recursive: true });
    expect([await refusal(), await refusal(member)]).toEqual([undefined, undefined]);
    await takeOver([], member);
    expect(await refusal()).toBeUndefined();
    expect(await refusal(copy)).toContain(`${copy} is a copy of ${here}`);
    renameSync(here, `${here}-moved`);
    await takeOver([], `${here}-moved`);
    expect(await refusal(member)).toBeUndefined();
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

describe('a fleet whose name was changed', () => {
  const renamed = { ...fleet, name: 'shop' };
  const message = async (directory: string) => {
    const examination = await examineFleet(renamed, { directory });
    const messages = [refuseToBringUp, refuseAnothersFleet].map((refuse) => {
      try {
        return refuse(examination);
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(messages[1]).toBe(messages[0]);
    return messages[0];
  };

  it('is refused with the steps back and forward, by up and by down', async () => {
    await takeOver([], here);
    expect(await message(here)).toMatch(
      /^name: this clone has the fleet flux-fleet .*: shop\.\n {2}In fleet\.ts, remove `name` .*`npm run down -- --all`/,
    );
    expect(await refusal()).toBeUndefined();
  });

  it('is another one where the clone no longer has the first', async () => {
    await takeOver([], here);
    await removeMarked(self());
    expect(await message(here)).toBeUndefined();
  });

  it('in a copy of the clone, is refused until the copy has local files of its own', async () => {
    await takeOver([], here);
    const copy = machine.clone('copy');
    cpSync(dirname(here), dirname(copy), { recursive: true });
    expect(await message(copy)).toContain(`\`rm -r ${copy}\``);
    rmSync(copy, { recursive: true });
    expect(await message(copy)).toBeUndefined();
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
