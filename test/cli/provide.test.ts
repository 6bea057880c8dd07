import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fleet, machine } from './command-line';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { tools } from '../../machine/tools';
import { checksumLine, type ReleaseServer, serveReleases } from '../machine/release-server';
import { createWorld, type World } from './world';

let world: World;
let releases: ReleaseServer;
beforeEach(async () => {
  world = await createWorld();
  releases = await serveReleases();
  process.env['FLUX_FLEET_DOWNLOADS'] = releases.base;
});
afterEach(async () => {
  releases.close();
  await world.end();
});
afterAll(() => machine.remove());

const kind = tools.find(({ name }) => name === 'kind')!;
/** Has the release host offer kind. */
function offerKind(content: string, checksummed = content): void {
  const { repository, tag, file, checksums } = kind.asset;
  const folder = `/${repository}/releases/download/${tag}`;
  releases.files.set(`${folder}/${file}`, content);
  releases.files.set(`${folder}/${checksums}`, checksumLine(checksummed, file));
}

describe('fleet provide', () => {
  it('asks no network when nothing is missing', async () => {
    const { stdout, exitCode } = await fleet(['provide']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('releases and registries');
    expect(releases.requested).toEqual([]);
  });

  it('downloads a tool that is missing, and pulls an image that is missing', async () => {
    machine.without('kind');
    offerKind("#!/bin/sh\necho 'kind v0.32.0'\n");
    machine.docker.remove('images', 'debian:trixie-slim');

    const { stdout, exitCode } = await fleet(['provide']);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/downloading kind 0\.32\.0\n[\s\S]*pulling debian:trixie-slim\n/);
    expect(machine.docker.calls).toContain('pull --quiet debian:trixie-slim');
    expect(existsSync(join(machine.folder, 'cache/tools/kind-0.32.0/kind'))).toBe(true);
    expect((await fleet(['env'])).stdout).toContain('cache/tools/kind-0.32.0');
  });

  it('keeps nothing of a download whose checksum differs, and names its address', async () => {
    machine.without('kind');
    offerKind('tampered', 'genuine');

    const { stderr, exitCode } = await fleet(['provide']);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`^${releases.base}.*SHA-256`));
    expect(existsSync(join(machine.folder, 'cache/tools/kind-0.32.0'))).toBe(false);
  });

  it('names the image that cannot be pulled, with what docker says', async () => {
    machine.docker.remove('images', 'debian:trixie-slim');
    machine.docker.fail('pull', 'Error response from daemon: Get "https://registry-1.docker.io/v2/": i/o timeout');
    const { stderr, exitCode } = await fleet(['provide']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^image debian:trixie-slim: .*i\/o timeout.*\n {2}\S/);
  });

  it('downloads nothing to a machine that could not run the fleet', async () => {
    machine.without('kind');
    machine.docker.stop();
    expect((await fleet(['provide'])).exitCode).toBe(1);
    expect(releases.requested).toEqual([]);
  });

  it('says that the cache cannot be written to, and which variable moves it', async () => {
    machine.without('kind');
    rmSync(join(machine.folder, 'cache'), { recursive: true });
    writeFileSync(join(machine.folder, 'cache'), 'not a folder');
    const { stderr, exitCode } = await fleet(['provide']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('FLUX_FLEET_CACHE');
  });
});
