import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { LastUp } from '../../operate/last-up';

let folder: string;
let program: () => Promise<string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'last-up-'));
  writeFileSync(join(folder, 'state'), 'state');
  program = () => Promise.resolve('program');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lastUp = () =>
  new LastUp({
    file: join(folder, 'notes', 'dev'),
    files: [join(folder, 'state'), join(folder, 'kubeconfig')],
    declared: () => program(),
  });

describe('what a stack was brought up from', () => {
  it('is current as long as nothing changes, in this process and the next', async () => {
    expect(await lastUp().isCurrent()).toBe(false);
    await lastUp().note();
    expect(await lastUp().isCurrent()).toBe(true);
    expect(statSync(join(folder, 'notes', 'dev')).mode & 0o777).toBe(0o600);
  });

  it.each<[string, () => void]>([
    ["Pulumi's state changes", () => writeFileSync(join(folder, 'state'), 'other')],
    ["Pulumi's state is gone", () => rmSync(join(folder, 'state'))],
    ['a file appears', () => writeFileSync(join(folder, 'kubeconfig'), 'content')],
    ['the program declares something else', () => (program = () => Promise.resolve('other'))],
    ['the program fails', () => (program = () => Promise.reject(new Error('port is taken')))],
    ['its note is damaged', () => writeFileSync(join(folder, 'notes', 'dev'), '')],
  ])('is not when %s', async (_, change) => {
    await lastUp().note();
    change();
    expect(await lastUp().isCurrent()).toBe(false);
  });

  it('is forgotten when the program fails', async () => {
    await lastUp().note();
    program = () => Promise.reject(new Error('port is taken'));
    await lastUp().note();
    expect(existsSync(join(folder, 'notes', 'dev'))).toBe(false);
  });

  it('is not noted when code was edited meanwhile, which Pulumi may have run before or after', async () => {
    const edited = join(folder, 'fleet.js');
    writeFileSync(edited, '');
    const { cache } = createRequire(__filename);
    cache[edited] = undefined;
    try {
      await lastUp().note();
    } finally {
      delete cache[edited];
    }
    expect(await lastUp().isCurrent()).toBe(false);
    await lastUp().note();
    expect(await lastUp().isCurrent()).toBe(true);
  });
});
