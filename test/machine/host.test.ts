import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { boundingSet, hasSysResource } from '../../machine/debian';
import { problemsIn } from '../../machine/finding';
import {
  commandFindings,
  folderFindings,
  inotifyFindings,
  memoryFinding,
  spaceFindings,
  userFindings,
} from '../../machine/host';

const directory = mkdtempSync(join(tmpdir(), 'flux-fleet-host-'));
afterAll(() => rmSync(directory, { recursive: true, maxRetries: 9 }));

describe('a command', () => {
  test('that is not on PATH is a problem, with the package that has it', () => {
    const findings = commandFindings(directory);
    expect(problemsIn(findings).map(({ place }) => place)).toEqual(['git', 'ssh', 'ssh-keygen']);
    expect(findings[1]!.next).toContain('openssh-client');
  });

  test('that is not executable counts as missing', () => {
    writeFileSync(join(directory, 'git'), '', { mode: 0o644 });
    expect(commandFindings(directory)[0]!.state).toBe('problem');
  });

  test('on PATH is reported with its path', () => {
    writeFileSync(join(directory, 'ssh'), '', { mode: 0o755 });
    expect(commandFindings(directory)[1]).toEqual({ subject: 'ssh', state: 'ok', detail: join(directory, 'ssh') });
  });
});

describe('inotify limits', () => {
  const limits = (instances: number) => (name: string) => (name === 'max_user_instances' ? instances : 524_288);

  test("below the kernel's default are a problem", () => {
    expect(inotifyFindings(2, limits(64)).map(({ state }) => state)).toEqual(['problem', 'ok']);
  });

  test("equal to the kernel's default are enough for two nodes, and may not be for five", () => {
    expect(inotifyFindings(2, limits(128))[0]!.state).toBe('ok');
    expect(inotifyFindings(5, limits(128))[0]!.state).toBe('warning');
  });

  test('come with the command that raises them', () => {
    expect(inotifyFindings(2, limits(64))[0]!.next).toContain('sysctl fs.inotify.max_user_instances=512');
  });

  test('are not checked on a system that has none', () => {
    expect(inotifyFindings(2, () => undefined)).toEqual([]);
  });
});

test('too little memory for the fleet is a warning', () => {
  expect(memoryFinding(2, 2 ** 30).state).toBe('ok');
  expect(memoryFinding(2, 2 ** 29).state).toBe('warning');
});

test.each([
  [20, 'ok'],
  [6, 'warning'],
  [1, 'problem'],
])('%d GB of free space: %s', (room, state) => {
  expect(spaceFindings(['/x'], () => room * 2 ** 30)).toMatchObject([{ subject: 'space in /x', state }]);
});

describe('the folders that are written to', () => {
  const problems = (name: string) => problemsIn(folderFindings(join(directory, name), join(directory, 'cache')));

  test('may be missing, and are not made', () => {
    expect(problems('new/.fleet')).toEqual([]);
    expect(existsSync(join(directory, 'new'))).toBe(false);
    expect(readdirSync(directory).filter((name) => name.startsWith('.part-'))).toEqual([]);
  });

  test('that cannot be made are a problem, and the next step names the variable that moves them', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(problems('file/.fleet')[0]!.next).toContain('FLUX_FLEET_DIRECTORY');
    const cache = problemsIn(folderFindings(directory, join(directory, 'file', 'cache')));
    expect(cache.map(({ next }) => next)).toEqual([expect.stringContaining('FLUX_FLEET_CACHE')]);
  });

  test.each(['a:b', 'a"b', 'a\\b', 'a\nb', 'a${b'])('have no path that a tool cannot take: %s', (name) => {
    expect(problems(name)).toHaveLength(1);
    expect(problems(name)[0]!.problem).toMatch(/^its path has `[^`]+`, which [^.]+$/);
    expect(problemsIn(folderFindings(directory, directory, join(directory, name)))).toHaveLength(1);
  });

  test.each(['a b', "a'b", 'a%41', 'a#b', 'a?b', 'a$b', 'ä'])('may be called %s', (name) => {
    expect(problems(name)).toEqual([]);
  });
});

test('a user that the system does not know is a problem, because ssh refuses to run', () => {
  const unknown = () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };
  expect(problemsIn(userFindings(unknown))[0]!.next).toContain('/etc/passwd');
  expect(userFindings()).toEqual([]);
});

test('CAP_SYS_RESOURCE is read from the bounding set', () => {
  expect(hasSysResource(boundingSet('CapEff:\t0\nCapBnd:\t000001fffeffffff\n'))).toBe(false);
  expect(hasSysResource(boundingSet('CapBnd:\t000001ffffffffff\n'))).toBe(true);
});
