import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildContext } from '../../../lab/providers/docker/build-context';
import { dockerProvider } from '../../../lab/providers/docker/provider';
import { Engine, secret, UNKNOWN } from './client';
import { FakeDocker } from './fake-docker';

const network = 'docker:index/network:Network';
const volume = 'docker:index/volume:Volume';
const image = 'docker:index/remoteImage:RemoteImage';
const container = 'docker:index/container:Container';
const web = { name: 'web', image: 'sha256:1' };
let docker: FakeDocker;
let engine: Engine;

beforeEach(async () => {
  docker = new FakeDocker();
  engine = await Engine.start(dockerProvider());
  await engine.configure({ host: await docker.start() });
});
afterEach(() => {
  engine.stop();
  docker.stop();
});

describe('a network', () => {
  test('is created with its labels, and found again', async () => {
    const made = await engine.create(network, { name: 'net', labels: [{ label: 'a', value: 'b' }] });
    expect([...docker.networks.values()]).toMatchObject([{ Name: 'net', Driver: 'bridge', Labels: { a: 'b' } }]);
    expect((await engine.read(network, made))!.inputs).toEqual(made.inputs);
  });

  test('is imported by name, and then needs no change', async () => {
    const { id } = await engine.create(network, { name: 'net' });
    const imported = (await engine.read(network, { id: 'net' }))!;
    expect(imported.id).toBe(id);
    expect(await engine.diff(network, imported, { name: 'net' })).toMatchObject({ changes: false });
  });

  test('is replaced when its labels change, the old one first', async () => {
    const made = await engine.create(network, { name: 'net' });
    const diff = await engine.diff(network, made, { name: 'net', labels: [{ label: 'a', value: 'b' }] });
    expect(diff).toMatchObject({ replaces: ['labels'], deleteBeforeReplace: true });
  });

  test('that the official plugin created is not changed: its defaults are equal', async () => {
    const labels = [{ label: 'a', value: 'b' }];
    const made = await engine.create(network, { name: 'net', labels });
    const defaulted = { ipamDriver: 'another', __defaults: ['ipamDriver'] };
    const inputs = { name: 'net', labels: labels.map((label) => ({ ...label, __defaults: [] })), ...defaulted };
    expect(await engine.diff(network, { ...made, inputs }, { name: 'net', labels })).toMatchObject({ changes: false });
  });

  test('that does not exist any more is reported as such, and deleted without an error', async () => {
    const made = await engine.create(network, { name: 'net' });
    docker.networks.clear();
    expect(await engine.read(network, made)).toBeUndefined();
    await engine.delete(network, made);
  });
});

test('a volume that exists is adopted', async () => {
  docker.volumes.set('data', { Name: 'data', Driver: 'local', Mountpoint: '/there' });
  const { id, outputs } = await engine.create(volume, { name: 'data' });
  expect({ id, at: outputs.mountpoint }).toEqual({ id: 'data', at: '/there' });
});

test('a resource without a name gets a generated one, and keeps it', async () => {
  const { inputs } = await engine.check(volume, {});
  expect(inputs.name).toMatch(/^name-[0-9a-f]{7}$/);
  expect((await engine.check(volume, {}, inputs)).inputs).toEqual(inputs);
});

describe('an image', () => {
  const context = () => {
    const folder = mkdtempSync(join(tmpdir(), 'context-'));
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
    return folder;
  };

  test('is built from its context', async () => {
    const build = { context: context(), buildArgs: { A: 'b' }, labels: { l: 'm' } };
    const { id, outputs } = await engine.create(image, { name: 'org/app:dev', build });
    expect(id).toBe(`${String(outputs.imageId)}org/app:dev`);
    const { query, body } = docker.requests.find(({ path }) => path === '/build')!;
    expect(query).toMatchObject({ t: 'org/app:dev', buildargs: '{"A":"b"}', labels: '{"l":"m"}' });
    expect(body.toString('latin1')).toContain('FROM scratch');
  });

  test('that the engine has is adopted; another one is pulled', async () => {
    docker.images.set('here:1', 'sha256:here');
    expect((await engine.create(image, { name: 'here:1' })).outputs.imageId).toBe('sha256:here');
    await expect(engine.create(image, { name: 'there:1' })).rejects.toThrow(/there:1 .*no registry can be reached/);
  });

  test('stays in the state when its name belongs to a newer one', async () => {
    docker.images.set('app:1', 'sha256:old');
    const old = await engine.create(image, { name: 'app:1' });
    docker.images.set('app:1', 'sha256:new');
    await engine.delete(image, old);
    expect(docker.images.get('app:1')).toBe('sha256:new');
  });

  test('is not known in a preview, and replaced when a trigger changes', async () => {
    const preview = await engine.create(image, { name: 'a', triggers: { v: '1' } }, { preview: true });
    expect(preview.outputs.imageId).toBe(UNKNOWN);
    const diff = await engine.diff(image, preview, { name: 'a', triggers: { v: '2' } });
    expect(diff.detailed).toEqual({ 'triggers.v': 5 });
  });
});

test('a build context has every file but those of .dockerignore, and is the same each time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'context-'));
  for (const file of ['Dockerfile', 'a.log', 'keep.log', 'b.txt']) writeFileSync(join(folder, file), `in ${file}`);
  writeFileSync(join(folder, '.dockerignore'), '*.log\n!keep.log\n');
  const archive = (await buffer(buildContext(folder, 'Dockerfile'))).toString('latin1');
  expect((await buffer(buildContext(folder, 'Dockerfile'))).toString('latin1')).toBe(archive);
  expect(['a.log', 'keep.log', 'b.txt'].filter((file) => archive.includes(`in ${file}`))).toEqual([
    'keep.log',
    'b.txt',
  ]);
});

describe('a container', () => {
  test('is created, given its files, and started', async () => {
    const inputs = {
      ...web,
      networksAdvanced: [{ name: 'net', aliases: ['www'] }, { name: 'other' }],
      ports: [{ internal: 80, external: 8080, ip: '127.0.0.1' }],
      volumes: [{ volumeName: 'data', containerPath: '/data', readOnly: true }],
      uploads: [{ file: '/etc/key', content: secret('hunter2-hunter2'), permissions: '0600' }],
      memory: 64,
    };
    const { id, outputs } = await engine.create(container, inputs);
    const { spec, running, archive } = docker.containers.get(id)!;
    expect(running).toBe(true);
    expect(spec).toMatchObject({
      HostConfig: {
        NetworkMode: 'net',
        Binds: ['data:/data:ro'],
        Memory: 64 * 1024 * 1024,
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
      },
      NetworkingConfig: { EndpointsConfig: { net: { Aliases: ['www'] } } },
    });
    expect(docker.requests.map(({ path }) => path)).toContain('/networks/other/connect');
    expect(archive!.toString('latin1')).toMatch(/^etc\/key\0+000600 \0/);
    expect(outputs.uploads).toMatchObject([{ content: secret('hunter2-hunter2') }]);
  });

  test('that stops immediately fails and leaves nothing behind', async () => {
    docker.staysUp = false;
    await expect(engine.create(container, web)).rejects.toThrow(/web stopped immediately, with exit code 7/);
    expect(docker.containers.size).toBe(0);
  });

  test('fails when its name is taken', async () => {
    await engine.create(container, web);
    await expect(engine.create(container, web)).rejects.toThrow('the name web is already in use');
  });

  test('that no longer runs is started by the next update', async () => {
    const made = await engine.create(container, web);
    docker.containers.get(made.id)!.running = false;
    const read = (await engine.read(container, made))!;
    expect(await engine.diff(container, read, web)).toMatchObject({ replaces: [], detailed: { mustRun: 2 } });
    await engine.update(container, read, web);
    expect(docker.containers.get(made.id)!.running).toBe(true);
  });

  test('is replaced by most changes and updated by few', async () => {
    const made = await engine.create(container, web);
    const image = await engine.diff(container, made, { ...web, image: UNKNOWN });
    expect(image).toMatchObject({ replaces: ['image'], deleteBeforeReplace: true });
    const restart = await engine.diff(container, made, { ...web, restart: 'always' });
    expect(restart).toMatchObject({ changes: true, replaces: [] });
    const spelled = { ...web, mustRun: true, restart: 'no', envs: [] };
    expect(await engine.diff(container, made, spelled)).toMatchObject({ changes: false });
  });
});

test('fields and types that are not supported are refused by name', async () => {
  const { failures } = await engine.check(container, { ...web, gpus: 'all', volumes: [{ fromContainer: 'x' }] });
  expect(failures).toEqual([expect.stringContaining('field gpus'), expect.stringContaining('volumes.fromContainer')]);
  await expect(engine.check('docker:index/service:Service', {})).rejects.toThrow('docker:index/service:Service');
});
