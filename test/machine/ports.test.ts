import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { isTaken, portFinding, portsIn } from '../../machine/ports';
import { defineFleet, gitServer, kind } from '../../model';
import { machineNeeds } from '../../stacks/needs';

const fleet = defineFleet({
  git: gitServer({ port: 2223 }),
  clusters: { dev: kind({ ports: { 8080: 30080 }, workers: 1 }) },
  apps: {},
  runs: { dev: {} },
});

const { ports, nodes } = machineNeeds(fleet);

test("a fleet needs its git server's port and those of its clusters", () => {
  expect(ports.map(({ port, owners }) => [port, owners])).toEqual([
    [2223, ['gitserver']],
    [8080, ['cluster-dev-control-plane', 'cluster-dev-worker']],
  ]);
});

test('a fleet runs the nodes of its clusters', () => {
  expect(nodes).toBe(2);
});

test('the ports that containers publish are read from the list of Docker', () => {
  const listing =
    'gitserver\t127.0.0.1:2222->22/tcp\nweb\t0.0.0.0:80-81->80-81/tcp, :::80-81->80-81/tcp\nidle\t5000/tcp';
  expect([...portsIn(listing)]).toEqual([
    [2222, 'gitserver'],
    [80, 'web'],
    [81, 'web'],
  ]);
});

const wanted = ports[0]!;

test("a port that the fleet's own container uses is not a problem", () => {
  expect(portFinding(wanted, true, 'gitserver').state).toBe('ok');
});

test.each([
  ['another program', undefined],
  ['container web', 'web'],
])('a port that %s has is a problem, and the place in fleet.ts is named', (holder, publisher) => {
  const { state, detail, next } = portFinding(wanted, true, publisher);
  expect({ state, detail }).toEqual({ state: 'problem', detail: `${holder} uses it` });
  expect(next).toContain('`git.port` in fleet.ts');
});

test('a port that another cluster of the fleet has until the next up is no problem', () => {
  const moved = machineNeeds(
    defineFleet({
      clusters: { dev: kind(), prod: kind({ ports: { 8080: 30080 } }) },
      apps: {},
      runs: { dev: {}, prod: {} },
    }),
  ).ports.find(({ port }) => port === 8080)!;
  expect(portFinding(moved, true, 'cluster-dev-control-plane')).toMatchObject({
    state: 'ok',
    detail: 'another cluster of the fleet, cluster-dev-control-plane, gives it up at `npm run up`',
  });
  expect(portFinding(moved, true, 'cluster-prod-control-plane').state).toBe('ok');
});

test('a port is taken as long as something listens on it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await isTaken(port)).toBe(true);
  server.close();
  await once(server, 'close');
  expect(await isTaken(port)).toBe(false);
});
