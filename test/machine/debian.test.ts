import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { canInstall, install } from '../../machine/debian';
import { FakeCommands } from './fake-commands';

let commands: FakeCommands;
beforeEach(() => {
  commands = new FakeCommands();
  process.env.PATH = commands.folder;
});
afterEach(() => {
  vi.restoreAllMocks();
  commands.remove();
});

test('packages can be installed as root where there is apt-get', () => {
  const uid = vi.spyOn(process, 'getuid');
  uid.mockReturnValue(0);
  expect(canInstall()).toBe(false);
  commands.add('apt-get', '');
  expect(canInstall()).toBe(true);
  uid.mockReturnValue(1000);
  expect(canInstall()).toBe(false);
});

test('packages are installed after the lists are updated, without a question', async () => {
  commands.add('apt-get', '[ "$DEBIAN_FRONTEND" = noninteractive ]');
  await install(['docker.io', 'iptables']);
  expect(commands.calls('apt-get')).toEqual(['update -qq', 'install -y -qq docker.io iptables']);
});

test('packages that cannot be installed are an error with the last line of apt-get and the command to run', async () => {
  commands.add('apt-get', '[ "$1" = update ] || { echo "Reading lists"; echo "E: no space left" >&2; exit 100; }');
  const installing = install(['zstd']);
  await expect(installing).rejects.toThrow('apt-get: cannot install zstd: E: no space left.');
  await expect(installing).rejects.toThrow('`apt-get install zstd`');
});
