import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { mergeTool } from '../../operate/upgrade';
import { blocks } from '../docs/documents';

let folder: string;
/** The tool's repository, and a user's clone of it. */
let upstream: string;
let clone: string;

function git(root: string, ...args: string[]): string {
  const as = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgSign=false'];
  return execaSync('git', ['-C', root, ...as, ...args]).stdout;
}

/** Writes files, or removes those of no text, and commits all. */
function change(root: string, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text === null) rmSync(file);
    else writeFileSync(file, text);
  }
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message=x');
}

const read = (path: string) => readFileSync(join(clone, path), 'utf8');
const lines = (...changed: string[]) => ['one', 'two', 'three', ...changed].join('\n');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
  [upstream, clone] = [join(folder, 'upstream'), join(folder, 'clone')];
  git(folder, 'init', '--quiet', '--initial-branch=main', upstream);
  change(upstream, {
    'fleet.ts': 'the default fleet',
    'images.json': '{}',
    'charts/podinfo/Chart.yaml': 'version: 1.0.0',
    'charts/podinfo/values.yaml': 'a: 1',
    'manifests/apps/app-a/base/service.yaml': 'a',
    'manifests/apps/app-b/base/service.yaml': 'b',
    'model/fleet.ts': lines(),
    'README.md': 'one',
  });
  git(folder, 'clone', '--quiet', '--origin=upstream', upstream, clone);
  git(clone, 'config', 'user.name', 'test');
  git(clone, 'config', 'user.email', 'test@example.org');
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 9 }));

/** What a user makes of a fresh clone: another fleet, with files of the default one changed, removed and added. */
const own = {
  'fleet.ts': 'my fleet',
  'images.json': null,
  'charts/podinfo/Chart.yaml': 'version: 2.0.0',
  'charts/podinfo/values.yaml': null,
  'charts/own/Chart.yaml': 'name: own',
  'deploy/app/odd.yaml': '{a:   1}',
  'secrets/dev/app.yaml': 'ENC[]',
  '.sops.yaml': 'creation_rules: []',
  'manifests/apps/app-a/base/service.yaml': 'mine',
  'manifests/apps/app-b/base/service.yaml': null,
};

describe('a newer version of the tool', () => {
  it('is merged without a conflict, and leaves the files of the user as they are', async () => {
    change(clone, own);
    change(upstream, {
      'fleet.ts': 'a newer default fleet',
      'images.json': '{ "a": 1 }',
      'charts/podinfo/Chart.yaml': 'version: 1.1.0',
      'charts/podinfo/values.yaml': 'a: 2',
      'charts/new/Chart.yaml': 'name: new',
      'tenants/team-a/config.yaml': 'kind: ConfigMap',
      'manifests/apps/app-a/base/service.yaml': 'newer',
      'manifests/apps/app-b/base/service.yaml': 'newer',
      'model/fleet.ts': lines('four'),
      'model/new.ts': 'new',
      'README.md': null,
    });
    git(clone, 'fetch', '--quiet', 'upstream');

    expect(await mergeTool(clone, 'upstream/main')).toContain('Merged upstream/main');

    expect(git(clone, 'diff', '--name-only', '--diff-filter=U')).toBe('');
    for (const [path, text] of Object.entries(own)) {
      if (text === null) expect(existsSync(join(clone, path)), path).toBe(false);
      else expect(read(path)).toBe(text);
    }
    expect(git(clone, 'status', '--porcelain').split('\n').sort()).toEqual([
      'A  model/new.ts',
      'D  README.md',
      'M  model/fleet.ts',
    ]);
    git(clone, 'commit', '--quiet', '--no-edit');
    expect(git(clone, 'rev-list', '--count', '--merges', 'HEAD')).toBe('1');
    expect(await mergeTool(clone, 'upstream/main')).toContain('Nothing to do');
  });

  it('is taken by the commands of docs/upgrading.md', async () => {
    git(clone, 'remote', 'rename', 'upstream', 'origin');
    change(clone, own);
    change(upstream, { 'fleet.ts': 'newer', 'manifests/apps/app-b/base/service.yaml': 'newer', 'README.md': 'two' });
    const lines = blocks('sh').flatMap(({ document, text }) =>
      document === 'docs/upgrading.md' ? text.trim().split('\n') : [],
    );
    for (const line of lines) {
      const [, revision] = /^npm run fleet -- upgrade (.*)$/.exec(line) ?? [];
      if (revision) await mergeTool(clone, revision);
      else if (line.startsWith('git ')) execaSync('bash', ['-c', line], { cwd: clone, env: { GIT_EDITOR: 'true' } });
    }
    expect(read('README.md')).toBe('two');
    expect(read('fleet.ts')).toBe('my fleet');
    expect(git(clone, 'status', '--porcelain')).toBe('');
    expect(git(clone, 'log', '-1', '--format=%s')).toContain('Merge');
  });

  it('that changes nothing of the default fleet is taken by a plain git merge as well', () => {
    change(clone, own);
    change(upstream, { 'model/fleet.ts': lines('four'), 'README.md': 'two' });
    git(clone, 'fetch', '--quiet', 'upstream');
    git(clone, 'merge', '--quiet', '--no-edit', 'upstream/main');
    expect(read('fleet.ts')).toBe('my fleet');
    expect(read('README.md')).toBe('two');
  });

  it('names the files of the tool that were changed here as well', async () => {
    change(clone, { ...own, 'model/fleet.ts': lines('mine') });
    change(upstream, { 'fleet.ts': 'newer', 'model/fleet.ts': lines('theirs') });
    git(clone, 'fetch', '--quiet', 'upstream');
    await expect(mergeTool(clone, 'upstream/main')).rejects.toThrow(
      /^model\/fleet\.ts: changed here and in upstream\/main/,
    );
    expect(read('fleet.ts')).toBe('my fleet');
    git(clone, 'merge', '--abort');
    expect(git(clone, 'status', '--porcelain')).toBe('');
  });

  it('is refused before anything is merged when there are changes that are not committed, or no such version', async () => {
    await expect(mergeTool(clone, 'v9.9.9')).rejects.toThrow(
      /v9\.9\.9: Git knows no such revision.*\n.*git fetch upstream/,
    );
    writeFileSync(join(clone, 'fleet.ts'), 'half done');
    await expect(mergeTool(clone, 'upstream/main')).rejects.toThrow(/not committed/);
    expect(read('fleet.ts')).toBe('half done');
  });
});
