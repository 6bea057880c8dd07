import { accessSync, constants, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { labEnvironment, labPlugin } from '../../lab';
import { officialPlugin, plugins } from '../../machine/plugins';

beforeEach(() => vi.stubEnv('PULUMI_HOME', mkdtempSync(join(tmpdir(), 'pulumi-'))));
afterEach(() => vi.unstubAllEnvs());

it("puts the lab's own of each plugin on PATH", () => {
  expect(labEnvironment().path).toEqual(expect.arrayContaining(plugins.map(labPlugin)));
  for (const plugin of plugins) accessSync(join(labPlugin(plugin), `pulumi-resource-${plugin}`), constants.X_OK);
});

it('leaves to Pulumi the official one that is installed', () => {
  const folder = officialPlugin('docker');
  expect(folder).toMatch(/plugins\/resource-docker-v\d+\.\d+\.\d+$/);
  mkdirSync(folder, { recursive: true });
  // A download that was cut off leaves the folder.
  expect(labEnvironment().path).toContain(labPlugin('docker'));
  writeFileSync(join(folder, 'pulumi-resource-docker'), '');
  expect(labEnvironment().path).not.toContain(labPlugin('docker'));
  expect(labEnvironment().path).toContain(labPlugin('command'));
});
