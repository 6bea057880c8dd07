import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { plaintextIn } from '../../model/secrets/plaintext';
import { refusePlaintext } from '../../operate/plaintext';

import { accepted, refused } from './plaintext-examples';

describe('a secret in plain text', () => {
  it.each(Object.entries(refused))('is found in %s', (_, text) => {
    expect(plaintextIn(text)).not.toEqual([]);
  });

  it.each(Object.entries(accepted))('is not found in %s', (_, text) => {
    expect(plaintextIn(text)).toEqual([]);
  });

  it('is reported by the names of its keys, and its value is never shown', () => {
    const [said] = plaintextIn(refused['a Secret']!);
    expect(said).toBe('`PASSWORD` of Secret `app-a` is plain text');
  });

  it('is refused with the file and the next step', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plaintext-'));
    mkdirSync(join(folder, 'apps'));
    writeFileSync(join(folder, 'apps', 'secret.yaml'), refused['a Secret']!);
    expect(() => refusePlaintext(folder, 'manifests')).toThrow(
      /manifests\/apps\/secret\.yaml: `PASSWORD` .*\n.*secrets set/,
    );
    rmSync(folder, { recursive: true });
  });
});
