import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Finding } from '../../machine/finding';
import type { ToolSource } from '../../machine/tool-source';
import type { FleetError } from '../../model';
import { FakeCommands } from './fake-commands';
import { checksumLine, type ReleaseServer, serveReleases } from './release-server';

let commands: FakeCommands;
let cache: string;
let server: ReleaseServer;
let internet: ToolSource;
beforeEach(async () => {
  commands = new FakeCommands();
  cache = mkdtempSync(join(tmpdir(), 'flux-fleet-internet-'));
  server = await serveReleases();
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']) vi.stubEnv(name, undefined);
  vi.stubEnv('FLUX_FLEET_CACHE', cache);
  vi.stubEnv('FLUX_FLEET_DOWNLOADS', server.base);
  vi.stubEnv('PULUMI_HOME', join(cache, 'pulumi'));
  vi.stubEnv('PATH', commands.folder);
  // Tools of accepted versions, so that only manifests and images are missing.
  commands.add('pulumi', 'echo v3.248.0');
  commands.add('kind', 'echo kind v0.32.0');
  commands.add('sops', 'echo sops 3.13.2');
  commands.add('kustomize', 'echo v5.8.1');
  commands.add('helm', 'echo v4.2.4');
  commands.add('flux', 'echo flux version 2.9.4');
  for (const name of ['git', 'ssh', 'ssh-keygen']) commands.add(name, '');
  vi.resetModules();
  internet = (await import('../../machine/internet/source.ts')).internet;
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  commands.remove();
  rmSync(cache, { recursive: true, maxRetries: 9 });
});

const flux = '/fluxcd/flux2/releases/download/v2.9.4/';
const operator = '/controlplaneio-fluxcd/flux-operator/releases/download/v0.58.1/';

/** Puts both manifests on the server; only Flux's has a checksum. */
function offerManifests(): void {
  for (const folder of [flux, operator]) server.files.set(`${folder}install.yaml`, `kind: ${folder}\n`);
  server.files.set(`${flux}flux_2.9.4_checksums.txt`, checksumLine(`kind: ${flux}\n`, 'install.yaml'));
  server.files.set(`${operator}flux-operator_0.58.1_checksums.txt`, checksumLine('x', 'flux-operator.tar.gz'));
}

/** An engine that answers and has no image. @param pull what `docker pull` does */
const engine = (pull: string) =>
  commands.add(
    'docker',
    `case "$1" in
      version) echo 27.0 ;;
      pull) ${pull} ;;
      image) exit 1 ;;
    esac`,
  );

const needs = { ports: [], nodes: 0 };
const reported: string[] = [];
beforeEach(() => (reported.length = 0));
const get = () => internet.get(needs, (line) => reported.push(line));

describe('what the internet is asked for', () => {
  test('is every manifest and image that is missing, and no tool that PATH has', async () => {
    engine('exit 0');
    expect(await internet.isCached()).toBe(false);
    expect(await internet.missing()).toEqual([
      "Flux's manifest v2.9.4",
      "the Flux Operator's manifest v0.58.1",
      expect.stringMatching(/^image kindest\/node:v1\.36\.1@sha256:/),
      'image debian:trixie-slim',
    ]);
    expect(await internet.systemChanges()).toEqual([]);
  });

  test('is downloaded, checked where a checksum is published, and pulled', async () => {
    offerManifests();
    engine('exit 0');
    await get();
    expect(await internet.isCached()).toBe(true);
    const { variables } = await internet.environment();
    expect(readFileSync(variables.FLUX_FLEET_FLUX_COMPONENTS!, 'utf8')).toBe(`kind: ${flux}\n`);
    expect(existsSync(variables.FLUX_FLEET_FLUX_OPERATOR!)).toBe(true);
    expect(commands.calls('docker').filter((call) => call.startsWith('pull'))).toHaveLength(2);
    expect(reported).toContain('pulling debian:trixie-slim');
  });

  test('is refused when it is not what the release published', async () => {
    offerManifests();
    server.files.set(`${flux}install.yaml`, 'tampered');
    engine('exit 0');
    await expect(get()).rejects.toThrow('SHA-256');
    expect(await internet.missing()).toContain("Flux's manifest v2.9.4");
  });

  test('that Docker cannot pull is an error with the reason and the command to try', async () => {
    offerManifests();
    engine('echo "no such host" >&2; exit 1');
    const error = (await get().catch((reason: unknown) => reason)) as FleetError;
    expect(error.problems.map(({ place }) => place)).toEqual([
      expect.stringContaining('kindest/node'),
      'image debian:trixie-slim',
    ]);
    expect(error.problems[1]).toMatchObject({ problem: 'cannot pull it: no such host' });
    expect(error.problems[1]!.next).toContain('`docker pull debian:trixie-slim`');
  });

  test('is not asked for when the engine does not answer', async () => {
    await expect(get()).rejects.toThrow('docker: ');
    expect(server.requested).toEqual([]);
  });
});

describe('what doctor shows', () => {
  const answering: Finding = { subject: 'docker', state: 'ok', detail: 'engine 27.0' };
  const fleet = {} as Parameters<ToolSource['findings']>[0];
  const states = async (engineState: Finding) =>
    Object.fromEntries((await internet.findings(fleet, engineState)).map(({ subject, state }) => [subject, state]));

  test('is a warning for each thing that `npm run up` gets, and no image without an engine', async () => {
    engine('exit 0');
    expect(await states(answering)).toMatchObject({
      pulumi: 'ok',
      "Flux's manifest v2.9.4": 'warning',
      'image debian:trixie-slim': 'warning',
      'plugin docker': 'warning',
      docker: 'ok',
    });
    const stopped: Finding = { ...answering, state: 'problem' };
    expect(await states(stopped)).not.toHaveProperty('image debian:trixie-slim');
  });

  test('names the version of a tool that is not accepted', async () => {
    commands.add('kind', 'echo kind v0.31.0');
    const findings = await internet.findings(fleet, answering);
    expect(findings.find(({ subject }) => subject === 'kind')).toMatchObject({
      detail: `${join(commands.folder, 'kind')} is version 0.31.0, and the fleet needs >=0.32.0 <0.33.0`,
      next: '`npm run up` downloads 0.32.0 into its own cache',
    });
  });
});
