import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { missingCommands } from '../../lab/build';
import { commandInputs, commandNamed, commandPath, commands } from '../../lab/commands';
import { isCurrent, stamp } from '../../lab/inputs';
import { packSeed, takeSeed } from '../../lab/seed';
import { findCommand } from '../../machine/files';

// Before the imports: the path of the cache is read once.
vi.hoisted(() => (process.env.FLUX_FLEET_CACHE = `/tmp/flux-fleet-seed-${process.pid}`));

let work: string;
let reported: string[];
const report = (line: string) => void reported.push(line);
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'flux-fleet-seed-test-'));
  reported = [];
});
afterEach(() => {
  for (const directory of [work, process.env.FLUX_FLEET_CACHE!]) rmSync(directory, { recursive: true, force: true });
});

function build(name: string, inputs = commandInputs(commandNamed(name))): void {
  const path = commandPath(commandNamed(name));
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, name);
  stamp(path, inputs);
}

const emptyCache = () => rmSync(process.env.FLUX_FLEET_CACHE!, { recursive: true });

test('in an empty cache every command is missing', () => {
  expect(missingCommands()).toEqual(commands);
});

test('a built command is not missing, and one that was built from other inputs is', () => {
  build('kind');
  build('sops', 'something else');
  const missing = missingCommands().map(({ name }) => name);
  expect(missing).not.toContain('kind');
  expect(missing).toContain('sops');
});

test('an archive that does not exist is reported, and nothing is taken', async () => {
  await takeSeed(join(work, 'none'), report);
  expect(reported.join()).toContain('does not exist');
});

test('a file that is not an archive is reported, and nothing is taken', async () => {
  writeFileSync(join(work, 'seed'), 'not an archive');
  await takeSeed(join(work, 'seed'), report);
  expect(reported.join()).toContain('cannot unpack');
  expect(missingCommands()).toEqual(commands);
});

describe.runIf(findCommand('zstd'))('an archive', () => {
  const seed = () => join(work, 'seed.tar.zst');

  test('that was packed here gives the same commands', async () => {
    build('kind');
    build('etcd');
    expect(await packSeed(seed())).toEqual(['kind', 'etcd']);
    emptyCache();
    await takeSeed(seed(), report);
    expect(missingCommands()).toHaveLength(commands.length - 2);
    expect(readFileSync(commandPath(commandNamed('etcd')), 'utf8')).toBe('etcd');
  });

  test('does not give a command that the lab now builds from other inputs', async () => {
    build('kind');
    build('etcd', 'something else');
    mkdirSync(join(work, 'tree/.stamps'), { recursive: true });
    for (const name of ['kind', 'etcd']) writeFileSync(join(work, 'tree', name), name);
    writeFileSync(join(work, 'tree/.stamps/kind'), commandInputs(commandNamed('kind')));
    writeFileSync(join(work, 'tree/.stamps/etcd'), 'something else');
    execFileSync('tar', ['-C', join(work, 'tree'), '--zstd', '-cf', seed(), '.']);
    emptyCache();
    await takeSeed(seed(), report);
    expect(isCurrent(commandPath(commandNamed('kind')), commandInputs(commandNamed('kind')))).toBe(true);
    expect(missingCommands().map(({ name }) => name)).toContain('etcd');
  });

  test('without inputs gives every command', async () => {
    writeFileSync(join(work, 'kind'), 'kind');
    execFileSync('tar', ['-C', work, '--zstd', '-cf', seed(), 'kind']);
    await takeSeed(seed(), report);
    expect(missingCommands().map(({ name }) => name)).not.toContain('kind');
  });

  test('does not replace a built command', async () => {
    writeFileSync(join(work, 'kind'), 'from the seed');
    execFileSync('tar', ['-C', work, '--zstd', '-cf', seed(), 'kind']);
    build('kind');
    await takeSeed(seed(), report);
    expect(readFileSync(commandPath(commandNamed('kind')), 'utf8')).toBe('kind');
  });
});
