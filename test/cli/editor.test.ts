import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { openEditor } from '../../cli/editor';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'editor-'));
  writeFileSync(join(folder, 'a file'), 'text');
  writeFileSync(join(folder, 'my editor'), '#!/bin/sh\nprintf "%s|" "$@" > "$2"\n');
  chmodSync(join(folder, 'my editor'), 0o755);
  vi.stubEnv('SOPS_EDITOR', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, maxRetries: 9 });
});

describe("the user's editor", () => {
  it.each(['SOPS_EDITOR', 'EDITOR'])('is the command of %s, with its arguments', async (variable) => {
    vi.stubEnv('EDITOR', 'false');
    vi.stubEnv(variable, `'${folder}/my editor' --wait`);
    await openEditor(join(folder, 'a file'));
    expect(readFileSync(join(folder, 'a file'), 'utf8')).toBe(`--wait|${folder}/a file|`);
  });

  it('is told of when it fails', async () => {
    vi.stubEnv('EDITOR', 'false --wait');
    await expect(openEditor(join(folder, 'a file'))).rejects.toThrow('`false --wait` ended with 1');
  });

  it('is asked for where there is none', async () => {
    vi.stubEnv('EDITOR', '');
    vi.stubEnv('PATH', folder);
    await expect(openEditor(join(folder, 'a file'))).rejects.toThrow(/no vim, nano or vi[\s\S]*EDITOR=nano/);
  });
});
