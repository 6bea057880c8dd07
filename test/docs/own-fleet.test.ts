import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { ESLint } from 'eslint';
import { execa, execaSync } from 'execa';
import { getFileInfo } from 'prettier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { userPaths } from '../../machine/paths';
import { filesUnder } from '../manifests/files';
import { encrypted } from '../manifests/site';
import { sources, toolFolders } from './tool-files';

/** Files that a user may have, none of them as this project would write it. */
const odd = {
  'deploy/odd/deployment.yaml': 'kind:   "Deployment"\n\n\n---\n{a:    1}\n',
  'deploy/odd/broken.yaml': ': : :\n\t- {{ not YAML }}\n',
  'tenants/team-z/config.yaml': "kind:    'ConfigMap'\n",
  'charts/own/Chart.yaml': 'name:    own\n',
  'charts/own/templates/a.yaml': '{{ if .Values.a }}\n  a:\n{{ end }}\n',
  'charts/own/README.md': '*  see `nowhere/` and `npm run nothing`\n',
  'secrets/dev/odd.yaml': encrypted('odd', ['KEY']),
  '.sops.yaml': 'creation_rules:   []\n',
  'images.json': '{"a":{  "image":"a"}}',
  'k8s/overlays/prod/kustomization.yaml': 'resources:   [ ]\n',
  'apps.ts': 'export const   apps = { "a": 1 }\n',
  'package-of-mine/index.js': 'var a\n\n\n',
  'NOTES.md': '*  mine\n',
};

let root: string;
const run = (file: string, ...args: string[]) => execa(file, args, { cwd: root, all: true, reject: false });

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'own-fleet-'));
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execaSync('git', list)
    .stdout.split('\0')
    .filter((path) => path && existsSync(path));
  for (const path of files.filter((each) => !userPaths.some((mine) => mine === each.split('/')[0]))) {
    cpSync(path, join(root, path));
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  for (const [path, text] of Object.entries(odd)) write(path, text);
  write('fleet.ts', readFileSync('docs/examples/kustomize-folder.ts', 'utf8').replace("'../../model'", "'./model'"));
  for (const [path, text] of filesUnder('docs/examples/deploy')) write(`deploy/${path}`, text);
  for (const cluster of ['dev', 'prod']) write(`secrets/${cluster}/cache.yaml`, encrypted('cache', ['password']));
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 9 }));

describe('a clone with a fleet of its own', () => {
  it('is told that manifests/ is not what fleet.ts says, until it is', { timeout: 120_000 }, async () => {
    const check = await run('node', 'cli/start.mjs', 'synth', '--check');
    expect(check.all).toMatch(/^manifests\/: it is not what fleet\.ts says: .*\.\n {2}Run `npm run synth`.*\.$/);
    expect(check.exitCode).toBe(1);

    expect((await run('node', '--require', './machine/typescript.cjs', 'constructs/main.ts')).all).toBe('');
    // A machine without kustomize and Helm says so.
    const all = expect.stringMatching(/^$|^The build of manifests\/ was not checked.*$/) as string;
    expect(await run('node', 'cli/start.mjs', 'synth', '--check')).toMatchObject({ all, exitCode: 0 });
  });

  it('passes the tests that read the repository', { timeout: 120_000 }, async () => {
    const { all, exitCode } = await run('npx', 'vitest', 'run', 'test/docs', '--exclude=**/own-fleet.test.ts');
    expect(all).toMatch(/\n\d+ passed, 0 failed, 0 skipped\n*$/);
    expect(exitCode).toBe(0);
  });
});

describe('the checks of format and lint', () => {
  const tool = ['README.md', 'package.json', 'cli/main.ts', 'docs/examples/first.ts', 'eslint.config.mjs'];

  it('leave the files of the user alone', { timeout: 120_000 }, async () => {
    const eslint = new ESLint({ cwd: root });
    const ignored = async (path: string) => ({
      prettier: (await getFileInfo(join(root, path), { ignorePath: join(root, '.prettierignore') })).ignored,
      eslint: await eslint.isPathIgnored(join(root, path)),
    });
    for (const path of ['fleet.ts', 'manifests/clusters/dev/a.yaml', ...Object.keys(odd)]) {
      expect({ path, ...(await ignored(path)) }).toEqual({ path, prettier: true, eslint: true });
    }
    for (const path of tool) expect({ path, ...(await ignored(path)) }).toMatchObject({ path, prettier: false });
    expect(await eslint.isPathIgnored(join(root, 'cli/main.ts'))).toBe(false);
  });

  it('cover the same folders, and every folder that the code imports from', async () => {
    const eslint = new ESLint({ cwd: root });
    for (const folder of toolFolders())
      expect(await eslint.isPathIgnored(join(root, folder, 'a.ts')), folder).toBe(false);
    const outside = sources(/\.ts$/)
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^[^`\n]*(?:from|require\(|import\()\s*'(\.[^']*)'/gm)].map(([, from]) =>
          join(path, '..', from!),
        ),
      )
      .filter((target) => !toolFolders().some((folder) => target === folder || target.startsWith(`${folder}/`)));
    expect(new Set(outside)).toEqual(new Set(['fleet', 'package.json']));
  });
});
