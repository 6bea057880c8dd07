import { accessSync, constants, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { labEnvironment, pluginFolder } from '../../lab/environment';
import { officialPlugin, plugins } from '../../machine/plugins';

beforeEach(() => vi.stubEnv('PULUMI_HOME', mkdtempSync(join(tmpdir(), 'pulumi-'))));
afterEach(() => vi.unstubAllEnvs());

it("puts the lab's executable of each plugin on PATH", () => {
  expect(labEnvironment().path).toEqual(expect.arrayContaining(plugins.map(pluginFolder)));
  for (const plugin of plugins) accessSync(join(pluginFolder(plugin), `pulumi-resource-${plugin}`), constants.X_OK);
});

it('leaves an official plugin that is installed to Pulumi', () => {
  const folder = officialPlugin('docker');
  expect(folder).toMatch(/plugins\/resource-docker-v\d+\.\d+\.\d+$/);
  mkdirSync(folder, { recursive: true });
  // An interrupted download leaves the folder only.
  expect(labEnvironment().path).toContain(pluginFolder('docker'));
  writeFileSync(join(folder, 'pulumi-resource-docker'), '');
  expect(labEnvironment().path).not.toContain(pluginFolder('docker'));
  expect(labEnvironment().path).toContain(pluginFolder('command'));
});
