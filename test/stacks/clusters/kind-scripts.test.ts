import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { repositoryRoot } from '../../../machine/paths';
import { adoptedGeneration, generationMark, kindClusterLabel, type Owner, ownerMark } from '../../../model';
import { FakeMachine } from '../../machine/ownership/machine';

const self: Owner = { fleet: 'spec', clone: 'a-clone', directory: '/home/me/infra/.fleet' };
const another: Owner = { ...self, clone: 'another', directory: '/home/someone/.fleet' };
const ours = { name: 'cluster-dev', network: 'spec', owner: self, generation: 'g-1' };
let machine: FakeMachine;
let intent: string;
beforeEach(() => {
  machine = new FakeMachine();
  machine.docker.network('spec');
  intent = join(machine.root, 'making', 'cluster-dev');
});
afterEach(() => machine.remove());

/** Runs a script as the stack's command does. */
function run(script: 'create' | 'delete', network = 'spec') {
  const environment = {
    CLUSTER: 'cluster-dev',
    GENERATION: 'g-1',
    IMAGE: 'node',
    KIND_EXPERIMENTAL_DOCKER_NETWORK: network,
    CLONE: self.clone,
    OWNER: JSON.stringify(self),
    INTENT: intent,
    CLUSTER_LABEL: kindClusterLabel,
    OWNER_MARK: ownerMark,
    GENERATION_MARK: generationMark,
    ADOPTED: adoptedGeneration,
  };
  const file = join(repositoryRoot, 'stacks', 'clusters', 'kind', `${script}.sh`);
  return execa('bash', [file], { env: environment, input: 'kind: Cluster\n', reject: false });
}

const kindChanges = () => machine.changes.filter((call) => call.startsWith('kind '));
const nodes = () => machine.state.containers.map(({ Id }) => Id);
const begin = () => {
  mkdirSync(dirname(intent));
  writeFileSync(intent, 'g-1');
};

describe('the script that creates a cluster', () => {
  it('marks the one that it creates, and removes the note of its intent', async () => {
    const { stdout } = await run('create');
    expect(stdout).toBe('kubeconfig of cluster-dev');
    const { files } = machine;
    expect([JSON.parse(files[ownerMark]!), files[generationMark]]).toEqual([self, 'g-1\n']);
    expect(existsSync(intent)).toBe(false);
  });

  it("waits for the fleet's network, which another stack makes", async () => {
    const running = run('create', 'later');
    await expect.poll(() => machine.docker.calls.join()).toContain('network inspect');
    expect(kindChanges()).toEqual([]);
    machine.docker.network('later');
    expect((await running).exitCode).toBe(0);
    expect(kindChanges()).toContain('kind create cluster-dev');
  });

  it('keeps the one that it created', async () => {
    machine.addCluster(ours);
    const { stdout } = await run('create');
    expect(stdout).toBe('kubeconfig of cluster-dev');
    expect(machine.changes).toEqual([]);
  });

  it('creates the one of ours again that was made from other settings', async () => {
    machine.addCluster({ ...ours, generation: 'g-0' });
    expect((await run('create')).exitCode).toBe(0);
    expect(kindChanges()).toEqual(['kind delete cluster-dev', 'kind create cluster-dev']);
  });

  it('creates the one again that a killed run did not complete', async () => {
    begin();
    machine.addCluster({ name: 'cluster-dev', network: 'spec' });
    expect((await run('create')).exitCode).toBe(0);
    expect(kindChanges()).toEqual(['kind delete cluster-dev', 'kind create cluster-dev']);
  });

  it.each([
    ['without a mark', { name: 'cluster-dev' }],
    ['without a mark, on the network of the fleet', { name: 'cluster-dev', network: 'spec' }],
    ["with another clone's mark", { ...ours, owner: another }],
    ['of an earlier version', { ...ours, owner: undefined }],
  ])('refuses one %s, and leaves it', async (_, cluster) => {
    machine.addCluster(cluster);
    const { exitCode, stderr } = await run('create');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('this clone did not make it: it is left as it is');
    expect(machine.changes).toEqual([]);
  });

  it('refuses the one that somebody created after a run was killed', async () => {
    begin();
    machine.addCluster({ name: 'cluster-dev', network: 'kind' });
    expect((await run('create')).exitCode).toBe(1);
    expect(machine.changes).toEqual([]);
  });

  it('keeps the one that was taken over, puts it on the network of the fleet, and marks it', async () => {
    machine.addCluster({ ...ours, network: 'kind', generation: 'adopted' });
    expect((await run('create')).stdout).toBe('kubeconfig of cluster-dev');
    expect(kindChanges()).toEqual([]);
    expect([machine.state.containers[0]!.Networks, machine.files[generationMark]]).toEqual([['spec'], 'g-1\n']);
  });
});

describe('the script that deletes a cluster', () => {
  it.each([
    ['the one that was made', ours],
    ['the one that an earlier version made', { ...ours, owner: undefined }],
    ['what a killed deletion left', { ...ours, generation: undefined }],
  ])('deletes %s', async (_, cluster) => {
    machine.addCluster(cluster);
    expect((await run('delete')).exitCode).toBe(0);
    expect(nodes()).toEqual([]);
  });

  it.each([
    ['one without a mark', { name: 'cluster-dev' }],
    ['the one that another clone has taken over', { ...ours, owner: another }],
    ['another one of the name', { ...ours, generation: 'g-2' }],
    ['the one that was taken over just now', { ...ours, generation: 'adopted' }],
  ])('leaves %s', async (_, cluster) => {
    machine.addCluster(cluster);
    const { exitCode, stderr } = await run('delete');
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('The kind cluster cluster-dev is left as it is')]);
    expect(machine.changes).toEqual([]);
  });

  it('does nothing if there is none', async () => {
    expect((await run('delete')).exitCode).toBe(0);
    expect(machine.changes).toEqual([]);
  });
});
