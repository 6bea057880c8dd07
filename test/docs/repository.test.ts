import { statSync, readFileSync } from 'node:fs';

import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';

import { site } from '../manifests/site';

describe('the repository', () => {
  it('has LF in scripts and image files in every checkout, and leaves what the user brings as it is', () => {
    const attributes = readFileSync('.gitattributes', 'utf8');
    const root = site({ '.gitattributes': attributes });
    execaSync('git', ['-C', root, 'init', '--quiet']);
    const eol = (path: string) =>
      execaSync('git', ['-C', root, 'check-attr', 'text', 'eol', '--', path]).stdout.replaceAll(`${path}: `, '');
    for (const path of [
      '.ci/run',
      '.githooks/pre-commit',
      'lab/node/lab-network',
      'stacks/repositories/git-server/image/post-receive',
      'stacks/clusters/kind/create.sh',
    ]) {
      expect(eol(path), path).toBe('text: set\neol: lf');
    }
    for (const path of ['charts/a/binary.tgz', 'deploy/a.yaml', 'tenants/a.yaml', 'secrets/dev/a.yaml']) {
      expect(eol(path), path).toContain('text: unset');
    }
  });

  it('has scripts that can be run', () => {
    for (const path of ['.ci/run', '.githooks/pre-commit']) expect(statSync(path).mode & 0o111, path).toBe(0o111);
  });

  it('has a workflow that runs what .ci/run does, in its two parts', () => {
    const workflow = readFileSync('.github/workflows/ci.yaml', 'utf8');
    const runs = [...workflow.matchAll(/run: (.*)/g)].map(([, run]) => run);
    expect(runs).toEqual(['.ci/run fast', '.ci/run engine']);
    const script = readFileSync('.ci/run', 'utf8');
    for (const part of ['fast', 'engine']) expect(script).toContain(part);
    expect(script).toContain('npm test');
    expect(script).toContain('npm run e2e');
  });

  it('has one version, and the changelog an entry for it', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(readFileSync('CHANGELOG.md', 'utf8')).toContain(`## [${version}]`);
  });
});
