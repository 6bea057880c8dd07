import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from 'vitest';

import { defineFleet, type Fleet, kind, type KindCluster, localPaths } from '../../model';
// First, because it sets the fleet's folder.
import { directory, useManifests } from './mocks';
import { clusterProviders, clusterTarget } from '../../stacks/clusters';
import { generation, settings } from '../../stacks/clusters/kind/generation';
import { provide } from '../../stacks/clusters/kind/program';
import { kindProvider } from '../../stacks/clusters/kind/provider';
import type { ClusterProvider, ClusterTarget } from '../../stacks/clusters/provider';
import { declared } from '../../stacks/declared';

const fleetWith = ({ workers = 0, name = 'spec' } = {}) =>
  defineFleet({ name, clusters: { dev: kind({ workers }), prod: kind() }, apps: {}, runs: { dev: {}, prod: {} } });

/** The clusters that are there were made from this fleet. */
function clustersOf(fleet: Fleet): void {
  const marks = new Map(
    ['dev', 'prod'].map((name) => {
      const target = clusterTarget(fleet, name) as ClusterTarget<KindCluster>;
      return [name, generation('', settings(target), () => undefined)] as const;
    }),
  );
  const provider: ClusterProvider<KindCluster> = {
    ...kindProvider,
    program: () => Promise.resolve({ provide: (target) => provide(target, () => marks.get(target.name)) }),
  };
  clusterProviders.register('kind', provider);
}

beforeEach(() => {
  useManifests();
  clustersOf(fleetWith());
});

describe('what a stack declares', () => {
  it('is the same each time, also when several are asked for at once', async () => {
    const stacks = ['git-server', 'dev', 'prod'];
    const first = await Promise.all(stacks.map((stack) => declared(fleetWith(), stack)));
    expect(new Set(first).size).toBe(3);
    expect(first).toEqual(await Promise.all(stacks.map((stack) => declared(fleetWith(), stack))));
  });

  it.each<[string, string, () => Fleet]>([
    ['dev', 'a change in fleet.ts', () => fleetWith({ workers: 1 })],
    [
      'dev',
      'a new key',
      () => {
        writeFileSync(join(directory, localPaths.receiverToken('dev')), 'other');
        return fleetWith();
      },
    ],
    [
      'dev',
      "another version of Flux's manifest",
      () => {
        writeFileSync(
          join(directory, 'install.yaml'),
          'apiVersion: v1\nkind: Namespace\nmetadata: {name: flux-system}',
        );
        return fleetWith();
      },
    ],
    [
      'dev',
      'a cluster that is gone',
      () => {
        clustersOf(fleetWith());
        return fleetWith();
      },
    ],
    ['git-server', 'a change in fleet.ts', () => fleetWith({ name: 'other' })],
  ])('of %s is another one after %s', async (stack, _, change) => {
    const before = await declared(fleetWith(), stack);
    expect(await declared(change(), stack)).not.toBe(before);
  });

  it('writes no kubeconfig of a cluster', async () => {
    await declared(fleetWith(), 'dev');
    expect(existsSync(join(directory, localPaths.kubeconfig('dev')))).toBe(false);
  });

  it('fails as the program does, and the next one does not', async () => {
    await expect(declared(fleetWith(), 'stage')).rejects.toThrow('fleet.ts has no cluster of that name');
    expect(await declared(fleetWith(), 'dev')).toMatch(/^[0-9a-f]{64}$/);
  });
});
