import { randomInt } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { defineFleet, env, type Fleet, gitServer, kind, webApp } from '../../model';
import { FakePulumi } from '../fakes/pulumi';
import { FakeCluster } from '../fakes/kubernetes/cluster';
import type { FakeRemote } from '../fakes/git/remote';
import { fleetFile, machine } from './command-line';
import { isTaken } from '../../machine/ports';

/** Everything that a fleet's commands reach: this machine, the git server's repository, Pulumi, the clusters. */
export interface World {
  readonly remote: FakeRemote;
  readonly pulumi: FakePulumi;
  readonly clusters: Readonly<Record<'dev' | 'prod', FakeCluster>>;
  /** Has stacks of these names, as an earlier `up` left them. */
  readonly bringUpBefore: (...stacks: readonly string[]) => Promise<void>;
  /** A path in .fleet. */
  readonly local: (...path: readonly string[]) => string;
  readonly end: () => Promise<void>;
}

const podinfo = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };

/** Two clusters that run an app. */
export function twoClusters(port: number, { app = webApp(podinfo), dev = kind() } = {}): Fleet {
  return defineFleet({
    git: gitServer({ port }),
    clusters: { dev, prod: kind() },
    apps: { 'app-a': app },
    runs: { dev: { 'app-a': {} }, prod: { 'app-a': {} } },
  });
}

/** An app that takes a value that somebody sets, and one that is generated. */
export const appWithSecrets = webApp({
  ...podinfo,
  secrets: { API_KEY: env(), SESSION: env({ generate: { bytes: 32 } }) },
});

/** A world in which everything that the fleet needs is there, and nothing has been brought up. */
export async function createWorld(): Promise<World> {
  machine.reset();
  copyFileSync('package.json', join(machine.folder, 'clone', 'package.json'));
  const local = (...path: readonly string[]) => join(machine.folder, '.fleet', ...path);
  const [remote, port] = [await machine.repository(), await freePort()];
  fleetFile.load = () => twoClusters(port);
  await installTools();
  const pulumi = new FakePulumi(local('state'));
  const clusters = { dev: new FakeCluster('dev', remote), prod: new FakeCluster('prod', remote) };
  for (const [name, cluster] of Object.entries(clusters)) {
    pulumi.effects.set(`up ${name}`, async () => {
      pulumi.effects.delete(`up ${name}`);
      await cluster.up(local('kubeconfig', name));
    });
  }
  const bringUpBefore = async (...stacks: readonly string[]) => {
    await Promise.all(stacks.map((name) => pulumi.open(name)));
    writeFileSync(local('passphrase'), 'passphrase');
  };
  const end = async () => {
    await Promise.all(Object.values(clusters).map(({ api }) => api.stop().catch(() => undefined)));
  };
  return { remote, pulumi, clusters, bringUpBefore, local, end };
}

/** What was done with a stack, in order: the stacks are brought up side by side. */
export function operationsOf(stack: string, done: readonly string[]): string[] {
  return done.filter((operation) => operation.endsWith(stack));
}

/** What `fleet provide` has got. */
async function installTools(): Promise<void> {
  const { toolDirectory, tools } = await import('../../machine/tools.js');
  if (!toolDirectory(tools[0]!).startsWith(machine.folder)) {
    throw new Error("import ./command-line before anything of machine/, or the test works on the real machine's files");
  }
  const { hostImages, manifests } = await import('../../machine/internet/releases.js');
  for (const { path } of manifests) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
  for (const image of hostImages) machine.docker.image(image);
}

/**
 * A port for the fleet's git server that nobody has, whatever runs on this machine. Below those that the system gives to
 * whoever asks for any: another test could get it before the fleet looks whether it is free.
 */
async function freePort(): Promise<number> {
  const port = randomInt(10_000, 32_000);
  return (await isTaken(port)) ? freePort() : port;
}
