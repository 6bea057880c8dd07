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
import { downloadTool, findTool, toolDirectory, tools, type Tool } from '../../machine/tools';
import type { FleetError } from '../../model';
import { checksumLine, serveReleases, type ReleaseServer } from './release-server';

// Before the imports: the path of the cache is read once.
vi.hoisted(() => (process.env.FLUX_FLEET_CACHE = `/tmp/flux-fleet-test-${process.pid}`));

const cache = process.env.FLUX_FLEET_CACHE!;
const systemPath = process.env.PATH!;
const [pulumi, kind, sops, kustomize, helm] = tools as [Tool, Tool, Tool, Tool, Tool];

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
  server.requested.length = 0;
});
afterEach(() => {
  process.env.PATH = systemPath;
  for (const directory of [path, cache]) rmSync(directory, { recursive: true, force: true });
});

const url = ({ asset }: Tool, file = asset.file) => `/${asset.repository}/releases/download/${asset.tag}/${file}`;

/** Puts a tool and its checksum on the server. */
function offer(tool: Tool, content: Buffer | string): void {
  server.files.set(url(tool), content);
  server.files.set(url(tool, tool.asset.checksums), checksumLine(content, tool.asset.file));
}

/** Puts a command on PATH that prints a text. */
function command(name: string, prints: string): string {
  const file = join(path, name);
  writeFileSync(file, `#!/bin/sh\necho '${prints}'\n`);
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
  test('is used from PATH when its version is accepted', async () => {
    const file = command('kind', 'kind v0.32.5 go1.26 linux/amd64');
    expect(await findTool(kind)).toEqual({ path: file, from: 'PATH' });
  });

  test.each([
    ['3.10.2', 'rejected'],
    ['3.11.0', 'path'],
  ])('sops %s is %s: `set` reads a value from standard input since 3.11', async (version, property) => {
    command('sops', `sops ${version}`);
    expect(await findTool(sops)).toHaveProperty(property);
  });

  test('of another version on PATH is not used, and reported', async () => {
    const file = command('kind', 'kind v0.31.0 go1.26 linux/amd64');
    expect(await findTool(kind)).toEqual({ rejected: { path: file, version: '0.31.0' } });
  });

  test('that prints no version is not used', async () => {
    const file = command('sops', 'no version here');
    expect(await findTool(sops)).toEqual({ rejected: { path: file, version: undefined } });
  });

  test('is missing when neither PATH nor the cache has it', async () => {
    expect(await findTool(pulumi)).toEqual({});
  });

  test('is downloaded, made executable, and found in the cache afterwards', async () => {
    offer(kind, '#!/bin/sh\necho kind v0.32.0\n');
    await downloadTool(kind);
    const found = { path: join(toolDirectory(kind), 'kind'), from: 'cache' };
    expect(await findTool(kind)).toEqual(found);
    expect(execFileSync(found.path, { encoding: 'utf8' })).toBe('kind v0.32.0\n');
  });

  test('in an archive is unpacked together with its other commands', async () => {
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

  test.each([
    [kustomize, 'kustomize'],
    [helm, `${helm.archiveFolder}/helm`],
  ])('$name is unpacked from an archive with its license', async (tool, file) => {
    process.env.PATH = systemPath;
    const tree = join(path, 'tree');
    mkdirSync(join(tree, file, '..'), { recursive: true });
    for (const name of [file, 'LICENSE']) writeFileSync(join(tree, name), name);
    execFileSync('tar', ['-C', tree, '-czf', join(path, 'archive'), '.']);
    offer(tool, readFileSync(join(path, 'archive')));
    await downloadTool(tool);
    expect(readFileSync(join(toolDirectory(tool), tool.name), 'utf8')).toBe(file);
    expect(leftInCache()).toEqual([`${tool.name}-${tool.version}`]);
  });

  test('whose archive is damaged leaves nothing behind', async () => {
    process.env.PATH = [path, systemPath].join(delimiter);
    offer(pulumi, 'not an archive');
    expect((await failure(downloadTool(pulumi))).message).toContain('cannot unpack it');
    expect(leftInCache()).toEqual([]);
  });
});
