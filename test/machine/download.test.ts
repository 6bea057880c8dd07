import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { type Asset, assetUrl, checksumOf, download, downloadsAreReachable } from '../../machine/download';
import type { FleetError } from '../../model';
import { checksumLine, type Proxy, type ReleaseServer, serveProxy, serveReleases, trickle } from './release-server';

const asset: Asset = { repository: 'a/b', tag: 'v1', file: 'tool', checksums: 'sums', unlisted: 'refuse' };
const content = 'x'.repeat(100_000);
const file = '/a/b/releases/download/v1/tool';
const checksums = '/a/b/releases/download/v1/sums';
const patience = { attempts: 3, pause: 1, silence: 1_000 };

let server: ReleaseServer;
let proxy: Proxy;
let folder: string;
beforeEach(async () => {
  [server, proxy] = await Promise.all([serveReleases(), serveProxy()]);
  folder = mkdtempSync(join(tmpdir(), 'flux-fleet-download-'));
  server.files.set(file, content);
  server.files.set(checksums, checksumLine(content, 'tool'));
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  vi.stubEnv('FLUX_FLEET_DOWNLOADS', server.base);
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  proxy.close();
  rmSync(folder, { recursive: true, maxRetries: 9 });
});

const start = () => download(asset, join(folder, 'tool'), patience);

/** The error of a download that must fail and leave nothing behind. */
async function failure(): Promise<FleetError['problems'][0]> {
  const error = (await start().then(
    () => expect.fail('it did not fail'),
    (reason: unknown) => reason,
  )) as FleetError;
  expect(readdirSync(folder)).toEqual([]);
  return error.problems[0]!;
}

describe('a download', () => {
  test.each([
    ['answers 503 twice', [503, 503]],
    ['answers 429', [429]],
    ['closes the connection half-way twice', ['cut', 'cut']],
    ['goes silent half-way', ['stall']],
  ] as const)('is tried again when the server %s', async (_, faults) => {
    server.faults.set(file, [...faults]);
    expect(readFileSync(await start(), 'utf8')).toBe(content);
    expect(server.requested.filter((path) => path === file)).toHaveLength(faults.length + 1);
  });

  test('that is slow is not cut off, however long it takes', async () => {
    server.faults.set(file, ['trickle']);
    expect(10 * trickle).toBeGreaterThan(patience.silence);
    expect(readFileSync(await start(), 'utf8')).toBe(content);
    expect(server.requested.filter((path) => path === file)).toHaveLength(1);
  });

  test.each([
    [503, '503 Service Unavailable'],
    ['cut', 'other side closed'],
    ['stall', 'nothing was received for 1 s'],
  ] as const)(
    'that fails each time by %s names the address, the cause and the number of attempts',
    async (fault, cause) => {
      server.faults.set(file, [fault, fault, fault]);
      const { place, problem } = await failure();
      expect(place).toBe(server.base + file);
      expect(problem).toContain(`failed 3 times: `);
      expect(problem).toContain(cause);
    },
  );

  test('that is not found is not tried again', async () => {
    server.files.delete(file);
    const { place, problem } = await failure();
    expect({ place, problem }).toEqual({ place: server.base + file, problem: 'it answers 404 Not Found' });
    expect(server.requested).toEqual([checksums, file]);
  });

  test('with another checksum is refused: the error names both, and nothing is kept', async () => {
    server.files.set(file, 'tampered');
    const { place, problem } = await failure();
    expect(place).toBe(server.base + file);
    expect(problem).toMatch(/SHA-256 is [0-9a-f]{64}, but the release publishes [0-9a-f]{64}/);
  });

  test('without a published checksum is refused before it starts', async () => {
    server.files.set(checksums, checksumLine(content, 'another-file'));
    expect((await failure()).problem).toBe('it has no checksum for tool');
    expect(server.requested).not.toContain(file);
  });
});

describe('a proxy', () => {
  // No DNS knows this name: only the proxy leads to the server.
  const behindProxy = () => server.base.replace('127.0.0.1', 'releases.invalid');

  test.each(['HTTP_PROXY', 'http_proxy'])('of %s is used, also for the probe', async (variable) => {
    vi.stubEnv('HTTP_PROXY', undefined);
    vi.stubEnv(variable, proxy.address);
    vi.stubEnv('FLUX_FLEET_DOWNLOADS', behindProxy());
    expect(readFileSync(await start(), 'utf8')).toBe(content);
    expect(await downloadsAreReachable(patience)).toBe(true);
    expect(proxy.requested).toContain(`GET ${assetUrl(asset, asset.file)}`);
  });

  test.each(['HTTPS_PROXY', 'https_proxy'])('of %s gets a tunnel to what is encrypted', async (variable) => {
    vi.stubEnv('HTTPS_PROXY', undefined);
    vi.stubEnv(variable, proxy.address);
    vi.stubEnv('FLUX_FLEET_DOWNLOADS', behindProxy().replace('http:', 'https:'));
    // The server speaks no TLS: what matters is the way to it.
    await failure();
    expect(proxy.requested[0]).toBe(`CONNECT ${new URL(behindProxy()).host}`);
  });

  test.each([
    ['NO_PROXY', '127.0.0.1'],
    ['no_proxy', 'localhost,127.0.0.1'],
    ['NO_PROXY', '*'],
  ])('is not used for what %s=%s excludes', async (variable, value) => {
    vi.stubEnv('HTTP_PROXY', proxy.address);
    vi.stubEnv(variable, value);
    expect(readFileSync(await start(), 'utf8')).toBe(content);
    expect(proxy.requested).toEqual([]);
  });

  test('with an invalid address is an error that names the variables', async () => {
    vi.stubEnv('HTTPS_PROXY', 'proxy.example.com:3128');
    const { place, problem } = await failure();
    expect(place).toBe('HTTPS_PROXY, HTTP_PROXY');
    expect(problem).toContain('invalid address of a proxy');
  });
});

describe('the probe', () => {
  const probe = () => downloadsAreReachable(patience);

  test('finds a server that answers anything', async () => {
    expect(await probe()).toBe(true);
  });

  test('asks again when a gateway is busy, and gives up when it stays so', async () => {
    server.files.set('/', '');
    server.faults.set('/', [502]);
    expect(await probe()).toBe(true);
    server.faults.set('/', [502, 502, 502]);
    expect(await probe()).toBe(false);
  });

  test('finds no server where nothing listens', async () => {
    vi.stubEnv('FLUX_FLEET_DOWNLOADS', 'http://127.0.0.1:1');
    expect(await probe()).toBe(false);
  });
});

describe('a list of checksums', () => {
  const sum = 'ab'.repeat(32);

  test('is searched by file name', () => {
    expect(checksumOf('b', `${'cd'.repeat(32)}  a\n${sum} *b\n`)).toBe(sum);
  });

  test('that is one checksum only is that of the file', () => {
    expect(checksumOf('a', `${sum}\n`)).toBe(sum);
  });

  test('does not confuse file names that begin alike', () => {
    expect(checksumOf('kind-linux-arm', `${sum}  kind-linux-arm64\n`)).toBeUndefined();
  });
});

test("a release that GitHub does not have is at its own host, and a mirror has it as GitHub's", () => {
  const elsewhere = { ...asset, host: 'https://get.example.com' };
  expect(assetUrl(elsewhere, 'tool')).toBe(`${server.base}/a/b/releases/download/v1/tool`);
  vi.stubEnv('FLUX_FLEET_DOWNLOADS', '');
  expect(assetUrl(elsewhere, 'tool')).toBe('https://get.example.com/tool');
  expect(assetUrl(asset, 'tool')).toBe('https://github.com/a/b/releases/download/v1/tool');
});
