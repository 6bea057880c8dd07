import { describe, expect, it } from 'vitest';
import { readSecretFile } from '../../../constructs/secrets/secret-file';
import { plaintextInObject } from '../../../model/secrets/plaintext';
import { defineFleet, env, file, kind, webApp } from '../../../model';
import { cipherText, encrypted, site } from '../../manifests/site';
import { image, problems } from '../../model/problems';

const secrets = { API_KEY: env(), 'tls.key': file('/etc/tls'), SESSION: env({ generate: { bytes: 32 } }) };
const fleet = defineFleet({
  clusters: { dev: kind() },
  apps: { a: webApp({ ...image, secrets }), none: webApp(image) },
  runs: { dev: { a: {}, none: {} } },
});
const path = 'secrets/dev/a.yaml';
const keys = ['API_KEY', 'tls.key', 'SESSION'];
const read = (text: string) => readSecretFile({ fleet, root: site({ [path]: text }), cluster: 'dev', app: 'a' });
const wrong = (text: string) => problems(() => read(text));

describe('the encrypted file of an app', () => {
  it('is read unchanged, and not read for an app without secrets', () => {
    expect(read(encrypted('a', keys))?.text).toBe(encrypted('a', keys));
    expect(readSecretFile({ fleet, root: site({}), cluster: 'dev', app: 'none' })).toBeUndefined();
  });

  it("has a hash that depends on the app's values, not on recipients or other keys", () => {
    const { hash } = read(encrypted('a', keys))!;
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(read(encrypted('a', [...keys].reverse()))?.hash).toBe(hash);
    expect(read(encrypted('a', keys, { recipient: 'age1two' }))?.hash).toBe(hash);
    expect(read(encrypted('a', [...keys, 'MORE']))?.hash).toBe(hash);
    expect(read(encrypted('a', keys).replace(cipherText('SESSION'), cipherText('other')))?.hash).not.toBe(hash);
  });

  it('is refused without a value, with the command that sets it', () => {
    expect(() => readSecretFile({ fleet, root: site({}), cluster: 'dev', app: 'a' })).toThrow(
      [
        'secrets/dev/a.yaml: cluster `dev` has no value for the secret `API_KEY` of `a`.',
        '  Run `npm run fleet -- secrets set dev a API_KEY`.',
        'secrets/dev/a.yaml: cluster `dev` has no value for the secret `tls.key` of `a`.',
        '  Run `npm run fleet -- secrets set dev a tls.key`.',
        'secrets/dev/a.yaml: cluster `dev` has no value for the secret `SESSION` of `a`.',
        '  Run `npm run fleet -- secrets generate`.',
      ].join('\n'),
    );
    expect(wrong(encrypted('a', ['tls.key', 'SESSION']))).toEqual([
      `${path}: cluster \`dev\` has no value for the secret \`API_KEY\` of \`a\``,
    ]);
  });

  it("is refused when it is not encrypted, or not the app's Secret", () => {
    expect(wrong(encrypted('a', keys).replace(cipherText('API_KEY'), 'hunter2'))).toEqual([
      `${path}: \`API_KEY\` is not encrypted`,
    ]);
    expect(wrong(encrypted('a', keys).replace(/sops:[^]*/, ''))).toEqual([`${path}: the file is not encrypted`]);
    expect(wrong(encrypted('b', keys))).toEqual([
      `${path}: the Secret must have the name \`a\` and the namespace \`a\``,
    ]);
    expect(wrong(encrypted('a', keys).replace('kind: Secret', 'kind: ConfigMap'))).toEqual([
      `${path}: the file is not a Secret of \`apiVersion: v1\``,
    ]);
    expect(
      wrong(encrypted('a', keys).replace(cipherText('API_KEY'), cipherText('API_KEY').replace('str', 'int'))),
    ).toEqual([
      `${path}: \`API_KEY\` is encrypted as \`int\`, but a value of a Secret must be a string: Flux would print the decrypted value`,
    ]);
    expect(wrong(encrypted('a', keys).replace(cipherText('API_KEY'), 'null'))).toEqual([
      `${path}: \`API_KEY\` has no value`,
    ]);
    expect(wrong(encrypted('a', keys).replace(cipherText('API_KEY'), `{b: "${cipherText('c')}"}`))).toEqual([
      `${path}: \`API_KEY\` is a list or a map, but a value of a Secret must be a string`,
    ]);
    expect(wrong(encrypted('a', keys).replace(cipherText('API_KEY'), cipherText('x'.repeat(1024 * 1024))))).toEqual([
      `${path}: its values have 1048590 bytes in total, but a Secret can have at most 1048576 bytes`,
    ]);
    expect(wrong(': : :')).toEqual([`${path}: the file does not contain a YAML object`]);
  });
});

describe('a plain Secret', () => {
  it.each<[boolean, object]>([
    [true, { kind: 'Secret', data: { a: 'aHVudGVyMg==' } }],
    [true, { kind: 'Secret', stringData: { a: 'hunter2' }, sops: { mac: 'm' } }],
    [true, { kind: 'Secret', stringData: { a: '{{ a }}', b: 'hunter2' } }],
    [true, { kind: 'Secret', stringData: { a: cipherText('a') } }],
    [true, { kind: 'SecretList', items: [] }],
    [false, { kind: 'Secret', stringData: { a: cipherText('a') }, sops: { mac: 'm' } }],
    [false, { kind: 'Secret', type: 'kubernetes.io/service-account-token' }],
    [false, { kind: 'ConfigMap', data: { a: 'b' } }],
  ])('is %s of %o', (plain, object) => {
    expect(plaintextInObject(object).length > 0).toBe(plain);
  });
});
