import { describe, expect, it } from 'vitest';

import * as model from '../../model';
import { defaultFleetName, defineFleet, type Fleet, type FleetName, gitServer, gitServerPort, kind } from '../../model';
import { problems } from './problems';

const { alertLogContainer, gitServerContainer, kindClusterName, kindControlPlane, kindWorkers, networkName } = model;
const { ownerVolume, repositoryVolume } = model;

const namesOf = (fleet: FleetName) => [
  gitServerContainer(fleet),
  alertLogContainer(fleet),
  networkName(fleet),
  repositoryVolume(fleet),
  ownerVolume(fleet),
  kindClusterName(fleet, 'dev'),
  kindControlPlane(fleet, 'dev'),
  ...kindWorkers(fleet, 'dev', 2),
];
const fleet = (props: Partial<Pick<Fleet, 'name' | 'git' | 'clusters'>>) =>
  defineFleet({ clusters: { dev: kind() }, apps: {}, runs: { dev: {} }, ...props });
const port = (one: Fleet) => gitServerPort(one.git as model.GitServer, one);

describe('the names of a fleet on this machine', () => {
  it('are the plain ones for the default fleet', () => {
    expect(namesOf({ name: defaultFleetName })).toEqual(
      expect.arrayContaining(['gitserver', 'fleet-alerts', 'cluster-dev']),
    );
    expect(port(fleet({}))).toBe(2222);
  });

  it('begin with the name of another fleet, so that no two fleets share one', () => {
    const [own, other] = [namesOf({ name: defaultFleetName }), namesOf({ name: 'shop' })];
    expect(other.every((name) => /^shop($|-)/.test(name))).toBe(true);
    expect(new Set([...own, ...other]).size).toBe(own.length + other.length);
    expect(port(fleet({ name: 'shop' }))).toBeGreaterThanOrEqual(20_000);
    expect(port(fleet({ name: 'shop' }))).toBeLessThan(30_000);
    expect(port(fleet({ name: 'shop' }))).not.toBe(port(fleet({ name: 'shop-2' })));
  });

  it('are host names of at most 63 characters, however long the names of fleet and cluster may be', () => {
    const name = 'f'.repeat(20);
    const longest = 'c'.repeat(63 - kindControlPlane({ name }, '').length);
    expect(longest.length).toBeGreaterThanOrEqual(20);
    const define = (cluster: string) =>
      defineFleet({ name, clusters: { [cluster]: kind() }, apps: {}, runs: { [cluster]: {} } });
    expect(problems(() => define(longest))).toEqual([]);
    expect(problems(() => define(`${longest}c`))).toEqual([expect.stringContaining('invalid name')]);
    expect(gitServerContainer({ name }).length).toBeLessThanOrEqual(63);
  });

  it('leave the port to fleet.ts, which may set it', () => {
    expect(port(fleet({ name: 'shop', git: gitServer({ port: 2022 }) }))).toBe(2022);
  });

  it('include the port in the check of ports that are used twice', () => {
    const derived = port(fleet({ name: 'shop' }));
    expect(problems(() => fleet({ name: 'shop', clusters: { dev: kind({ ports: { [derived]: 30080 } }) } }))).toEqual([
      `clusters.dev.ports.${derived}: host port ${derived} is already used by \`git.port\``,
    ]);
  });
});
