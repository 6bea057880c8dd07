import { writeFileSync } from 'node:fs';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Clone, failed } from './clone';
import { everything, gateway, Observed } from './observe';

/** A cluster and a Docker network that no fleet knows. */
const theirs = 'flux-fleet-e2e-theirs';
const node = `${theirs}-control-plane`;
const docker = async (...args: string[]) => (await execa('docker', args)).stdout;
const fleet = (props: { address: string; name?: string; message?: string }) => `import images from './images.json';
import { defineFleet, existing, gitServer, webApp } from './model';
export default defineFleet({
  name: '${props.name ?? 'outside'}',
  git: gitServer({ address: '${props.address}' }),
  clusters: { prod: existing({ kubeconfig: 'their-kubeconfig', context: 'kind-${theirs}' }) },
  apps: { 'app-a': webApp({ ...images.podinfo, port: 9898, env: { PODINFO_UI_MESSAGE: '${props.message ?? 'first'}' } }) },
  runs: { prod: { 'app-a': {} } },
});
`;

let clone: Clone;
let second: Clone | undefined;
let address: string;
const prod = () => new Observed(clone.path('their-kubeconfig'));
const kubectl = (...args: string[]) => clone.shell(`kubectl --kubeconfig their-kubeconfig ${args.join(' ')}`);
/** What Docker holds of this test: another fleet may be beside it. */
async function held(): Promise<string[]> {
  const { containers, networks, volumes } = await everything();
  return [...containers, ...networks, ...volumes].filter((name) => /^(outside|flux-fleet-e2e)/.test(name));
}
const write = (props: { message?: string } = {}) => writeFileSync(clone.path('fleet.ts'), fleet({ address, ...props }));

beforeAll(async () => {
  clone = await Clone.make({ beside: true });
  await clone.run('fleet', 'provide');
  const kind = `KIND_EXPERIMENTAL_PROVIDER=docker KIND_EXPERIMENTAL_DOCKER_NETWORK=${theirs} kind create cluster --name ${theirs}`;
  await clone.shell(`${kind} --image "$FLUX_FLEET_NODE_IMAGE" --kubeconfig "$PWD/their-kubeconfig" --wait 120s`);
  address = await gateway(theirs);
  write();
});
afterAll(async () => {
  await docker('unpause', node).catch(String);
  second?.remove();
  await clone.run('down', '--all', '--allow-delete', 'flux/prod').catch(String);
  await docker('rm', '--force', '--volumes', node).catch(String);
  await docker('network', 'rm', theirs).catch(String);
  clone.remove();
  expect(await held()).toEqual([]);
});

// One story: each test goes on from the one before.
describe('a cluster that somebody else made', () => {
  it('is refused before anything is made where it has what only Flux has', async () => {
    await kubectl('create namespace flux-system');
    expect(await failed(clone.run('up'))).toContain(
      'cluster prod: it has a namespace flux-system, and no fleet brought it',
    );
    await kubectl('delete namespace flux-system');
    expect(await held()).toEqual([node, theirs]);
  });

  it('comes up, and every command works on it', async () => {
    await clone.run('up');
    expect((await prod().answer('app-a')).message).toBe('first');
    expect((await clone.fleet('status')).all).toMatch(/^prod +app-a +ready /m);
    await clone.expectNoChanges('prod');
  });

  it('gets what is pushed', async () => {
    write({ message: 'second' });
    expect((await clone.fleet('push')).exitCode).toBe(0);
    expect((await prod().answer('app-a')).message).toBe('second');
  });

  it('is refused to another fleet', async () => {
    second = await Clone.of(clone);
    writeFileSync(second.path('their-kubeconfig'), await kubectl('config view --raw'));
    writeFileSync(second.path('fleet.ts'), fleet({ address, name: 'shop' }));
    expect(await failed(second.run('up'))).toContain(`it belongs to the fleet outside of the clone in ${clone.root}`);
  });

  it('is asked for before Flux is removed, and told not to answer when it does not', async () => {
    expect(await failed(clone.run('down'))).toContain('`--allow-delete flux/prod`');
    await docker('pause', node);
    const start = Date.now();
    expect(await failed(clone.run('down', '--allow-delete', 'flux/prod'))).toContain(
      'so Flux cannot be removed from it',
    );
    expect(Date.now() - start).toBeLessThan(30_000);
    await docker('unpause', node);
  });

  it('loses Flux, and keeps what Flux has applied', async () => {
    const pods = await prod().readyPods('app-a');
    const said = await clone.run('down', '--allow-delete', 'flux/prod');
    expect(said).toContain(
      'Cluster prod stays, because somebody else made it, and so does what Flux has applied there: app-a',
    );
    expect(await kubectl('get namespaces,customresourcedefinitions,clusterroles -o name')).not.toMatch(
      /flux|crd-controller/,
    );
    expect(await prod().readyPods('app-a')).toEqual(pods);
    expect(pods).toHaveLength(1);
  });
});
