import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { writeHook } from '../../../../stacks/repositories/git-server/image';
import { accepted, encrypted, refused } from '../../../operate/plaintext-examples';

let scratch: string;
const git = (...args: string[]) =>
  execa('git', ['-C', join(scratch, 'clone'), '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    reject: false,
    env: { GIT_CONFIG_GLOBAL: '/dev/null' },
  });

/** Makes a commit in which just these files change. */
async function commit(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, 'clone', path)), { recursive: true });
    writeFileSync(join(scratch, 'clone', path), text);
  }
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', 'Change');
}

/** Pushes, and gives the server's message; none when it accepted the push. */
const push = async (...refs: string[]) =>
  (await git('push', '--quiet', 'origin', ...(refs.length ? refs : ['main']))).stderr;

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'pre-receive-'));
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(scratch, 'server')]);
  rmSync(join(scratch, 'server', 'hooks'), { recursive: true, force: true });
  mkdirSync(join(scratch, 'server', 'hooks'));
  writeHook(join(scratch, 'server', 'hooks'));
  await execa('git', ['clone', '--quiet', join(scratch, 'server'), join(scratch, 'clone')]);
});
afterEach(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 9 }));

describe('the hook of the git server', () => {
  it.each(Object.entries(refused))('refuses %s', async (_, text) => {
    await commit({ 'apps/app-a/base/file.yaml': text });
    expect(await push()).toMatch(/apps\/app-a\/base\/file\.yaml \(commit \w+\): .*\n.*sops encrypt/);
  });

  it('accepts everything that may be in plain text', async () => {
    await commit(Object.fromEntries(Object.values(accepted).map((text, index) => [`${index}.yaml`, text])));
    expect(await push()).toBe('');
  });

  it.each(Object.entries(accepted))('accepts %s', async (_, text) => {
    await commit({ 'file.yaml': text });
    expect(await push()).toBe('');
  });

  it.each([
    ['escapes', 'kind: "\\u0053ecret"\nstringData:\n  a: b\n'],
    ['escapes in JSON', '{"k\\u0069nd": "Secret", "stringData": {"a": "b"}}'],
    ['a line of its own', 'kind: >-\n  Secret\nstringData:\n  a: b\n'],
    ['a key by itself', '? kind\n: Secret\nstringData:\n  a: b\n'],
    ['a tag', 'kind: !!str Secret\nstringData:\n  a: b\n'],
    ['an alias', 'a: &k Secret\nkind: *k\nstringData:\n  a: b\n'],
    ['an item in the flow style', 'kind: List\nitems:\n- {kind: Secret, stringData: {a: b}}\n'],
  ])('refuses a kind that is written by %s', async (_, text) => {
    await commit({ 'file.yaml': text });
    expect(await push()).toContain('file.yaml');
  });

  it('refuses what a later commit of the same push removes again, and names the commit', async () => {
    await commit({ 'file.yaml': refused['a Secret']! });
    const { stdout } = await git('rev-parse', '--short=12', 'HEAD');
    await commit({ 'file.yaml': encrypted });
    expect(await push()).toContain(`file.yaml (commit ${stdout})`);
  });

  it('refuses it on other branches, in tags, and in merges', async () => {
    await commit({ 'a.yaml': 'a: b\n' });
    await push();
    await git('checkout', '--quiet', '-b', 'other');
    await commit({ 'file.yaml': refused['a Secret']! });
    await git('tag', 'v1');
    expect(await push('other')).toContain('file.yaml');
    expect(await push('v1')).toContain('file.yaml');
    await git('checkout', '--quiet', 'main');
    await git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'other');
    expect(await push()).toContain('file.yaml');
  });

  it.each(['main:file.yaml', 'main^{tree}'])('refuses a tag that leads past every commit, to %s', async (object) => {
    await commit({ 'file.yaml': 'a: b\n' });
    await push();
    await commit({ 'file.yaml': refused['a Secret']! });
    await git('tag', 'v1', object);
    await git('tag', 'v2', object, '--message', 'Annotated');
    expect(await push('v1')).toContain('is no commit');
    expect(await push('v2')).toContain('is no commit');
  });

  it('starts Node.js only for what may be a secret', async () => {
    writeFileSync(join(scratch, 'server', 'hooks', 'find-secrets'), '#!/bin/sh\necho asked >&2\n');
    await commit({ 'file.yaml': 'a: b\n' });
    expect(await push()).toBe('');
    await commit({ 'file.yaml': encrypted });
    expect(await push()).toContain('asked');
  });

  it.each(['git', 'grep'])('refuses a secret where %s fails in the first look', async (command) => {
    // Only the first look finds it on PATH.
    const bin = join(scratch, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, command), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const hooks = join(scratch, 'server', 'hooks');
    const edit = (text: string) => text.replace('set -uo', `PATH='${bin}':$PATH\nset -uo`);
    writeFileSync(join(hooks, 'pre-receive'), edit(readFileSync(join(hooks, 'pre-receive'), 'utf8')));
    writeFileSync(join(hooks, 'find-secrets'), '#!/bin/sh\necho asked >&2\n');
    await commit({ 'file.yaml': 'a: b\n' });
    expect(await push()).toContain('asked');
  });

  it('does not check again what the server has, and accepts any file name', async () => {
    await commit({ 'a b\n"c".yaml': 'a: b\n', 'ö.yaml': encrypted });
    expect(await push()).toBe('');
    await commit({ 'README.md': refused['a Secret']! });
    expect(await push()).toBe('');
    expect(await push('main:copy')).toBe('');
    expect(await push(':copy')).toBe('');
  });

  it('looks into thousands of files', async () => {
    const files = Array.from({ length: 3000 }, (_, n) => [`${n}.yaml`, encrypted.replace('app-a', `app-${n}`)]);
    await commit(Object.fromEntries(files) as Record<string, string>);
    expect(await push()).toBe('');
    await commit({ '2999.yaml': refused['a Secret']! });
    expect(await push()).toContain('2999.yaml');
  });

  it('never shows the value', async () => {
    await commit({ 'file.yaml': refused['a Secret']! });
    expect(await push()).not.toContain('hunter2');
  });
});
