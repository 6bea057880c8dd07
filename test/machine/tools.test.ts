import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { downloadsAreReachable } from '../../machine/download';
import { downloadTool, findTool, toolDirectory, tools, type Tool } from '../../machine/tools';
import type { FleetError } from '../../model';
import { checksumLine, serveReleases, type ReleaseServer } from './release-server';

// Before the imports: the path of the cache is read once.
vi.hoisted(() => (process.env.FLUX_FLEET_CACHE = `/tmp/flux-fleet-test-${process.pid}`));

const cache = process.env.FLUX_FLEET_CACHE!;
const systemPath = process.env.PATH!;
const [pulumi, kind, sops] = tools as [Tool, Tool, Tool];

let server: ReleaseServer;
let path: string;

beforeAll(async () => {
  server = await serveReleases();
  process.env.FLUX_FLEET_DOWNLOADS = server.base;
});
afterAll(() => server.close());
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'flux-fleet-path-'));
  // The commands of the system without the tools that this machine may have.
  process.env.PATH = path;
  server.files.clear();
  server.cuts.clear();
  server.asked.length = 0;
});
afterEach(() => {
  process.env.PATH = systemPath;
  for (const directory of [path, cache]) rmSync(directory, { recursive: true, force: true });
});

const url = ({ asset }: Tool, file = asset.file) => `/${asset.repository}/releases/download/${asset.tag}/${file}`;

/** Has the server offer a tool, with its checksum or another one. */
function offer(tool: Tool, content: Buffer | string, checksummed = content): void {
  server.files.set(url(tool), content);
  server.files.set(url(tool, tool.asset.checksums), checksumLine(checksummed, tool.asset.file));
}

/** A command on PATH that says a version. */
function command(name: string, says: string): string {
  const file = join(path, name);
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(file, 0o755);
  return file;
}

async function failure(work: Promise<unknown>): Promise<FleetError> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error: FleetError) => error,
  );
}

const leftInCache = () => (existsSync(join(cache, 'tools')) ? readdirSync(join(cache, 'tools')) : []);

describe('a tool', () => {
  test('is taken from PATH when its version fits', async () => {
    const file = command('kind', 'kind v0.32.5 go1.26 linux/amd64');
    expect(await findTool(kind)).toEqual({ path: file, from: 'PATH' });
  });

  test.each([
    ['3.10.2', 'unfit'],
    ['3.11.0', 'path'],
  ])('that is sops %s is %s, since `set` reads a value from standard input from 3.11 on', async (version, property) => {
    command('sops', `sops ${version}`);
    expect(await findTool(sops)).toHaveProperty(property);
  });

  test('of another version on PATH is left there and named', async () => {
    const file = command('kind', 'kind v0.31.0 go1.26 linux/amd64');
    expect(await findTool(kind)).toEqual({ unfit: { path: file, version: [0, 31, 0] } });
  });

  test('that says no version is not taken', async () => {
    const file = command('sops', 'no version here');
    expect(await findTool(sops)).toEqual({ unfit: { path: file, version: undefined } });
  });

  test('is missing when neither PATH nor the cache has it', async () => {
    expect(await findTool(pulumi)).toEqual({});
  });

  test('is downloaded, made executable, and found in the cache from then on', async () => {
    offer(kind, '#!/bin/sh\necho kind v0.32.0\n');
    await downloadTool(kind);
    const found = { path: join(toolDirectory(kind), 'kind'), from: 'cache' };
    expect(await findTool(kind)).toEqual(found);
    expect(execFileSync(found.path, { encoding: 'utf8' })).toBe('kind v0.32.0\n');
  });

  test('in an archive is unpacked with the commands beside it', async () => {
    process.env.PATH = systemPath;
    const tree = join(path, 'tree');
    mkdirSync(join(tree, 'pulumi'), { recursive: true });
    for (const name of ['pulumi', 'pulumi-language-nodejs']) writeFileSync(join(tree, 'pulumi', name), name);
    execFileSync('tar', ['-C', tree, '-czf', join(path, 'archive'), 'pulumi']);
    offer(pulumi, readFileSync(join(path, 'archive')));
    await downloadTool(pulumi);
    expect(readdirSync(toolDirectory(pulumi)).sort()).toEqual(['pulumi', 'pulumi-language-nodejs']);
    expect(leftInCache()).toEqual([`pulumi-${pulumi.version}`]);
  });

  test('whose archive is none leaves nothing behind', async () => {
    process.env.PATH = [path, systemPath].join(delimiter);
    offer(pulumi, 'not an archive');
    expect((await failure(downloadTool(pulumi))).message).toContain('could not be unpacked');
    expect(leftInCache()).toEqual([]);
  });
});

describe('a download', () => {
  test('with another checksum is refused: the error names the address, and nothing is kept', async () => {
    offer(sops, 'tampered', 'genuine');
    const { problems } = await failure(downloadTool(sops));
    expect(problems).toMatchObject([{ place: server.base + url(sops) }]);
    expect(problems[0]!.problem).toContain('SHA-256');
    expect(problems[0]!.next).not.toBe('');
    expect(leftInCache()).toEqual([]);
  });

  test('that the checksums do not list is refused before it begins', async () => {
    server.files.set(url(sops), 'sops');
    server.files.set(url(sops, sops.asset.checksums), checksumLine('sops', 'another-file'));
    expect((await failure(downloadTool(sops))).message).toContain(`no checksum of ${sops.asset.file}`);
    expect(server.asked).not.toContain(url(sops));
  });

  test('that is not found says so with the address, and is not tried again', async () => {
    const { problems } = await failure(downloadTool(kind));
    expect(problems).toMatchObject([{ place: server.base + url(kind, kind.asset.checksums) }]);
    expect(problems[0]!.problem).toContain('404');
    expect(server.asked).toHaveLength(1);
  });

  test('that is cut half-way is tried again', async () => {
    offer(kind, 'x'.repeat(100_000));
    server.cuts.set(url(kind), 2);
    await downloadTool(kind);
    expect(readFileSync(join(toolDirectory(kind), 'kind'), 'utf8')).toHaveLength(100_000);
  });

  test('that is cut each time is given up, and nothing is kept', async () => {
    offer(kind, 'x'.repeat(100_000));
    server.cuts.set(url(kind), 10);
    const { problems } = await failure(downloadTool(kind));
    expect(problems).toMatchObject([{ place: server.base + url(kind) }]);
    expect(problems[0]!.problem).toContain('broke off');
    expect(leftInCache()).toEqual([]);
  });

  test('host that answers anything at all is reachable, and one that is not there is not', async () => {
    expect(await downloadsAreReachable()).toBe(true);
    process.env.FLUX_FLEET_DOWNLOADS = 'http://127.0.0.1:1';
    expect(await downloadsAreReachable()).toBe(false);
    process.env.FLUX_FLEET_DOWNLOADS = server.base;
  });
});
