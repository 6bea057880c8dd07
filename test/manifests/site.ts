import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** Files by their paths, beside which a fleet.ts could be. The folder is gone once the tests of the file are done. */
export function site(files: Readonly<Record<string, string | Buffer>>): string {
  const root = mkdtempSync(join(tmpdir(), 'site-'));
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 9 }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** A value as SOPS writes it. */
export function cipherText(value: string): string {
  return `ENC[AES256_GCM,data:${Buffer.from(value).toString('base64')},iv:aXY=,tag:dGFn,type:str]`;
}

/** A Secret of a namespace of its name, as SOPS leaves it. */
export function encrypted(
  name: string,
  keys: readonly string[],
  { recipient = 'age1one', namespace = name } = {},
): string {
  return [
    'apiVersion: v1',
    'kind: Secret',
    'metadata:',
    `    name: ${name}`,
    `    namespace: ${namespace}`,
    'stringData:',
    ...keys.map((key) => `    ${key}: ${cipherText(key)}`),
    'sops:',
    `    mac: ${cipherText('mac')}`,
    '    age:',
    `        - recipient: ${recipient}`,
    '    encrypted_regex: ^(data|stringData)$',
    '',
  ].join('\n');
}
