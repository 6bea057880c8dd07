import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { execaSync } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';

import { stagedProblems } from '../../cli/pre-commit';
import { encrypted, site } from '../manifests/site';

let root: string;
const secret = 'kind: Secret\nstringData:\n  password: plain\n';

function stage(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  execaSync('git', ['-C', root, 'add', '--', path]);
}

beforeEach(() => {
  root = site({ '.prettierignore': '/*\n!/cli/\n', '.prettierrc.json': '{ "singleQuote": true }' });
  execaSync('git', ['-C', root, 'init', '--quiet']);
});

describe('the pre-commit hook', () => {
  it('refuses a Secret in plain text wherever a user keeps manifests', async () => {
    stage('deploy/app/secret.yaml', secret);
    stage('a b/ü.json', JSON.stringify({ kind: 'Secret', data: { a: 'YQ==' } }));
    const problems = await stagedProblems(root);
    expect(problems.map(({ place }) => place).sort()).toEqual(['a b/ü.json', 'deploy/app/secret.yaml']);
    expect(problems.find(({ place }) => place.startsWith('deploy'))!.problem).toBe(
      '`password` of Secret without a name is plain text',
    );
  });

  it('lets ciphertext, examples in tests and other objects through', async () => {
    stage('secrets/dev/app.yaml', encrypted('app', ['KEY']).replace('sops:', 'sops:\n    mac: ENC[x]'));
    stage('test/examples/secret.yaml', secret);
    stage('deploy/map.yaml', 'kind:   ConfigMap\n');
    expect(await stagedProblems(root)).toEqual([]);
  });

  it("refuses a file of the tool that is not formatted, and leaves the user's alone", async () => {
    stage('cli/a.ts', 'const a = "a"\n');
    stage('cli/b.ts', "const b = 'b';\n");
    stage('fleet.ts', 'const a = "a"\n');
    expect((await stagedProblems(root)).map(({ place }) => place)).toEqual(['cli/a.ts']);
  });

  it('looks at what is staged, not at what is on disk', async () => {
    stage('deploy/secret.yaml', secret);
    writeFileSync(join(root, 'deploy/secret.yaml'), 'kind: ConfigMap\n');
    expect(await stagedProblems(root)).toHaveLength(1);
    stage('deploy/secret.yaml', 'kind: ConfigMap\n');
    writeFileSync(join(root, 'deploy/secret.yaml'), secret);
    expect(await stagedProblems(root)).toEqual([]);
  });
});
