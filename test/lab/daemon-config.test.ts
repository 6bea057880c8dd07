import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type DaemonFiles, limitRunc, limitRuncPlan } from '../../lab/daemon-config';

let folder: string;
let files: DaemonFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flux-fleet-daemon-'));
  files = { config: join(folder, 'daemon.json'), runtime: join(folder, 'runc') };
});
afterEach(() => rmSync(folder, { recursive: true, maxRetries: 9 }));

const config = () => JSON.parse(readFileSync(files.config, 'utf8')) as unknown;
const backups = () => readdirSync(folder).filter((name) => name.endsWith('.backup'));
const limited = () => ({ runtimes: { limited: { path: files.runtime } }, 'default-runtime': 'limited' });

describe('on a machine without CAP_SYS_RESOURCE', () => {
  test('Docker gets a configuration when it has none, and an executable runtime', () => {
    expect(limitRuncPlan(files, false)).toMatch(/^write \S+daemon\.json, so that /);
    limitRunc(files, false);
    expect(config()).toEqual(limited());
    expect(statSync(files.runtime).mode & 0o111).not.toBe(0);
    expect(backups()).toEqual([]);
  });

  test("the user's own configuration is kept and added to, with a backup of it as it was", () => {
    const own = { 'log-driver': 'journald', runtimes: { kata: { path: '/usr/bin/kata' } } };
    writeFileSync(files.config, JSON.stringify(own));
    expect(limitRuncPlan(files, false)).toMatch(/^add a default runtime to .*backup/);
    limitRunc(files, false);
    expect(config()).toEqual({ ...own, ...limited(), runtimes: { ...own.runtimes, ...limited().runtimes } });
    expect(JSON.parse(readFileSync(join(folder, backups()[0]!), 'utf8'))).toEqual(own);
  });

  test('a configuration that has the runtime already is left as it is', () => {
    limitRunc(files, false);
    expect(limitRuncPlan(files, false)).toBeUndefined();
    limitRunc(files, false);
    expect(backups()).toEqual([]);
  });

  test.each([
    ['that is not JSON', '{', 'it is not a JSON object'],
    ['that is a list', '[]', 'it is not a JSON object'],
    ['with another default runtime', '{"default-runtime":"kata"}', 'its own runtime `kata`'],
    ['with another runtime of our name', '{"runtimes":{"limited":{"path":"/x"}}}', 'its own runtime `limited`'],
  ])('a configuration %s is refused with the text to add, and not changed', (_, text, problem) => {
    writeFileSync(files.config, text);
    for (const attempt of [() => limitRuncPlan(files, false), () => limitRunc(files, false)]) {
      expect(attempt).toThrow(problem);
      expect(attempt).toThrow(
        `Add this to it and restart Docker: \`"runtimes": {"limited":{"path":"${files.runtime}"}}`,
      );
    }
    expect(readFileSync(files.config, 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['daemon.json']);
  });
});

test('on a machine with CAP_SYS_RESOURCE nothing is written', () => {
  expect(limitRuncPlan(files, true)).toBeUndefined();
  limitRunc(files, true);
  expect(existsSync(files.config)).toBe(false);
});
