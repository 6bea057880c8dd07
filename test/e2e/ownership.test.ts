import { readFileSync, rmSync, writeFileSync } from 'node:fs';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Clone } from './clone';
import { everything, Observed } from './observe';

/** A fleet of one cluster, of this name or of the default one. */
const small = ({ name = '', cluster = '', secrets = '' } = {}) => `import images from './images.json';
import { defineFleet, env, kind, webApp } from './model';
const podinfo = { ...images.podinfo, port: 9898, secrets: { ${secrets} } };
export default defineFleet({${name && `\n  name: '${name}',`}
  clusters: { dev: kind(${cluster}) },
  apps: { 'app-a': webApp({ ...podinfo, env: { PODINFO_UI_MESSAGE: 'of ${name || 'the default'}' } }) },
  runs: { dev: { 'app-a': {} } },
});
`;
const docker = async (...args: string[]) => (await execa('docker', args)).stdout;
const refused = (clone: Clone, ...args: string[]) =>
  clone.run('up', ...args).then(
    () => expect.fail('it was not refused'),
    (error: Error) => error.message,
  );
const answer = async (clone: Clone) =>
  (await new Observed(clone.path('.fleet', 'kubeconfig', 'dev')).answer('app-a')).message;

/** Two people each set the first secret that they know, with a key of their own, and one merges the work of both. */
async function mergeFirstSecrets(ours: Clone, ourKey: string, theirKey: string): Promise<void> {
  const file = 'secrets/dev/app-a.yaml';
  const recipient = (clone: Clone) => /age: (age1\w+)/.exec(readFileSync(clone.path('.sops.yaml'), 'utf8'))![1]!;
  const set = (clone: Clone, key: string) => clone.secrets(['set', 'dev', 'app-a', key], `of ${key}`);
  await ours.commit('Name two secrets');
  const theirs = await Clone.of(ours);
  for (const [clone, key] of [[ours, ourKey] as const, [theirs, theirKey] as const]) {
    await set(clone, key);
    await clone.commit(`Set ${key}`);
  }
  await expect(ours.merge(theirs)).rejects.toThrow('CONFLICT');
  await expect(set(ours, theirKey)).rejects.toThrow(/sops\.yaml: it has conflict markers[^]*the keys of both/);

  await ours.git('checkout', '--ours', '.sops.yaml');
  const rules = readFileSync(ours.path('.sops.yaml'), 'utf8');
  const own = recipient(ours);
  writeFileSync(ours.path('.sops.yaml'), rules.replace(own, `${own},${recipient(theirs)}`));
  await expect(set(ours, theirKey)).rejects.toThrow(`\`git checkout --ours ${file}\``);

  await ours.git('checkout', '--ours', file);
  await set(ours, theirKey);
  expect(await ours.secrets(['generate'])).toContain(`encrypted ${file} to other recipients`);
  await ours.commit('Merge');
  await theirs.merge(ours);
  for (const clone of [ours, theirs]) expect(await clone.secrets(['verify'])).toContain('All is well');
  theirs.remove();
}

let first: Clone;
let second: Clone;
let before: Awaited<ReturnType<typeof everything>>;
beforeAll(async () => {
  before = await everything();
  first = await Clone.make();
  second = await Clone.make({ beside: true });
  for (const clone of [first, second]) writeFileSync(clone.path('fleet.ts'), small());
});
afterAll(async () => {
  for (const clone of [second, first]) {
    await clone.run('down', '--all').catch(String);
    clone.remove();
  }
});

// One story: each test goes on from the one before.
describe('what somebody else made', () => {
  const image = 'flux-fleet-e2e/empty';
  const names = ['cluster-dev-control-plane', 'gitserver'];
  const ids = async () => (await docker('inspect', '--format', '{{.Id}}', ...names)).split('\n');
  beforeAll(async () => {
    await execa('docker', ['import', '-', image], { input: Buffer.alloc(1024) });
    await docker('create', '--name', names[0]!, '--label', 'io.x-k8s.kind.cluster=cluster-dev', image, 'x');
    await docker('create', '--name', names[1]!, '--volume', '/data', image, 'x');
  });
  afterAll(async () => {
    await docker('rm', '--force', '--volumes', ...names);
    await docker('image', 'rm', image);
  });

  it('is refused by up, by its name and with the ways out, and left by down', async () => {
    const made = await ids();

    const message = await refused(first);

    for (const name of ['cluster-dev', 'gitserver']) expect(message).toContain(`\`npm run up -- --adopt ${name}\``);
    expect(message).toContain('`docker rm --force --volumes cluster-dev-control-plane`');
    expect(await first.run('down', '--all')).toContain(
      'did not make them: kind cluster cluster-dev, container gitserver',
    );
    expect(await ids()).toEqual(made);
  });
});

describe('a second clone', () => {
  it('is refused with the place of the first, by each command that changes something', async () => {
    await first.run('up');
    const message = `it belongs to another clone, in ${first.root}.`;
    expect(await refused(second)).toContain(message);
    await expect(second.run('down')).rejects.toThrow(message);
    await expect(second.run('fleet', 'publish')).rejects.toThrow(message);
    expect(await answer(first)).toBe('of the default');
  });

  it('lives beside the first with a fleet of another name', async () => {
    writeFileSync(second.path('fleet.ts'), small({ name: 'shop', secrets: 'OURS: env(), THEIRS: env()' }));
    await mergeFirstSecrets(second, 'OURS', 'THEIRS');
    await second.run('up');

    // The secrets of two people, merged.
    const variables = await new Observed(second.path('.fleet', 'kubeconfig', 'dev')).variables('app-a');
    expect(variables).toEqual(expect.arrayContaining(['OURS=of OURS', 'THEIRS=of THEIRS']));
    for (const path of ['secrets', '.sops.yaml']) rmSync(second.path(path), { recursive: true });

    expect([await answer(first), await answer(second)]).toEqual(['of the default', 'of shop']);
    const { containers } = await everything();
    const own = ['cluster-dev-control-plane', 'fleet-alerts', 'gitserver'];
    expect(containers).toEqual(expect.arrayContaining([...own, ...own.map((name) => `shop-${name}`)]));
    await first.expectNoChanges('git-server', 'dev');

    writeFileSync(second.path('fleet.ts'), small());
    expect(await refused(second)).toContain('this clone has the fleet shop on this machine');
    writeFileSync(second.path('fleet.ts'), small({ name: 'shop' }));
    await second.run('down', '--all');
    expect((await everything()).containers).toEqual([...before.containers, ...own].sort());
    expect(await answer(first)).toBe('of the default');
  });

  it('is not one that was moved, which goes on', async () => {
    first.move(`${first.root}-moved`);
    expect(await first.run('up')).toContain('nothing to publish');
  });

  it('takes over knowingly, and the first is told', async () => {
    writeFileSync(second.path('fleet.ts'), small());
    const pods = () => new Observed(second.path('.fleet', 'kubeconfig', 'dev')).readyPods('app-a');
    const running = await new Observed(first.path('.fleet', 'kubeconfig', 'dev')).readyPods('app-a');
    expect(await second.run('up', '--adopt')).toContain('took over kind cluster cluster-dev');
    expect(await pods()).toEqual(running);
    expect(await refused(first)).toContain(`the clone in ${second.root} has taken it over from this one`);
  });
});

describe('what holds data', () => {
  it('is not made again without leave', async () => {
    writeFileSync(second.path('fleet.ts'), small({ cluster: '{ workers: 1 }' }));
    expect(await refused(second)).toMatch(/- cluster\/dev: it is made again.*; namespaces app-a; volume claims none/);
    writeFileSync(second.path('fleet.ts'), small());
  });

  it('is gone after down --all, with every container, network and volume', async () => {
    await second.run('down', '--all');
    expect(await everything()).toEqual(before);
  });
});
