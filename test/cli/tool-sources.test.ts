import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { FleetError } from '../../model';
import { type ReleaseServer, serveReleases } from '../machine/release-server';

let cache: string;
let server: ReleaseServer;
beforeEach(async () => {
  cache = mkdtempSync(join(tmpdir(), 'flux-fleet-sources-'));
  server = await serveReleases();
  vi.resetModules();
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']) vi.stubEnv(name, undefined);
  vi.stubEnv('FLUX_FLEET_CACHE', cache);
  vi.stubEnv('FLUX_FLEET_DOWNLOADS', server.base);
  vi.stubEnv('FLUX_FLEET_SOURCE', undefined);
  // No command of this machine's.
  vi.stubEnv('PATH', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(cache, { recursive: true, maxRetries: 9 });
});

/** Fills the cache as a complete download does. */
async function downloadAll(): Promise<void> {
  const { toolDirectory, tools } = await import('../../machine/tools.ts');
  const { manifests } = await import('../../machine/internet/releases.ts');
  const files = [...tools.map((tool) => join(toolDirectory(tool), tool.name)), ...manifests.map(({ path }) => path)];
  for (const file of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '', { mode: 0o755 });
  }
}

/** Fills the cache as a complete build of the lab does. */
async function buildAll(): Promise<void> {
  const { commandInputs, commandPath, commands, hostCommands } = await import('../../lab/commands.ts');
  const { stamp } = await import('../../lab/inputs.ts');
  const { manifestStamps } = await import('../../lab/components.ts');
  const files = [
    ...commands.map((command) => [commandPath(command), commandInputs(command)] as const),
    ...manifestStamps(),
  ];
  for (const [file, inputs] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '', { mode: 0o755 });
    stamp(file, inputs);
  }
  writeFileSync(join(hostCommands, 'kubectl'), '');
}

async function choice(): Promise<{ name: string; reason?: string }> {
  const { chooseSource } = await import('../../cli/tool-sources.ts');
  const { source, reason } = await chooseSource();
  return { name: source.name, ...(reason && { reason }) };
}

describe('the source of tools and images', () => {
  test.each(['internet', 'lab'])('is %s when FLUX_FLEET_SOURCE is', async (name) => {
    vi.stubEnv('FLUX_FLEET_SOURCE', name);
    expect(await choice()).toEqual({ name, reason: 'FLUX_FLEET_SOURCE' });
  });

  test('of another name is refused with the names that there are', async () => {
    vi.stubEnv('FLUX_FLEET_SOURCE', 'cloud');
    const error = (await choice().catch((reason: unknown) => reason)) as FleetError;
    expect(error.message).toBe(
      'FLUX_FLEET_SOURCE: there is no source of tools and images named `cloud`.\n  Set it to `internet` or `lab`, or unset it.',
    );
  });

  test('is the one with everything in the cache, without asking the network', async () => {
    await buildAll();
    expect(await choice()).toEqual({ name: 'lab' });
    await downloadAll();
    expect(await choice()).toEqual({ name: 'internet' });
    expect(server.requested).toEqual([]);
  });

  test('is the internet when the release host answers', async () => {
    expect(await choice()).toEqual({ name: 'internet', reason: 'can be reached' });
    expect(server.requested).toEqual(['/']);
  });

  test('is the lab when the release host does not answer, which is asked once', async () => {
    server.close();
    expect(await choice()).toEqual({ name: 'lab', reason: 'internet cannot be reached' });
    expect(await choice()).toEqual({ name: 'lab', reason: 'internet cannot be reached' });
  });
});

test('a command is found in the cache of the source that has it', async () => {
  const { findCachedCommand } = await import('../../cli/tool-sources.ts');
  expect(await findCachedCommand('sops')).toBeUndefined();
  await buildAll();
  expect(await findCachedCommand('sops')).toBe(join(cache, 'lab/bin/sops'));
  await downloadAll();
  expect(await findCachedCommand('sops')).toMatch(/tools\/sops-[\d.]+\/sops$/);
});
