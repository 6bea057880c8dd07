import { join } from 'node:path';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { foreignVariables, gitEnvironment, ownEnvironment, useOwnEnvironment } from '../../machine/environment';
import { homeDirectory, repositoryRoot } from '../../machine/paths';

afterEach(() => vi.unstubAllEnvs());

const base = { PATH: '/usr/bin:/bin', HOME: '/home/ada' };

describe('the environment of what we start', () => {
  it.each([
    ['PULUMI_CONFIG_PASSPHRASE', 'theirs'],
    ['PULUMI_CONFIG_PASSPHRASE', ''],
    ['PULUMI_CONFIG_PASSPHRASE_FILE', '/theirs'],
    ['PULUMI_BACKEND_URL', 's3://theirs'],
    ['PULUMI_ACCESS_TOKEN', 'theirs'],
    ['PULUMI_STACK', 'theirs'],
    ['PULUMI_K8S_DELETE_UNREACHABLE', 'true'],
    ['NODE_ENV', 'production'],
    ['NODE_OPTIONS', '--require /none'],
    ['NODE_PATH', '/none'],
    ['TS_NODE_PROJECT', '/none'],
    ['GIT_DIR', '/none'],
    ['GIT_INDEX_FILE', '/none'],
    ['GIT_SSH_COMMAND', 'false'],
    ['GIT_AUTHOR_DATE', '1999-01-01'],
    ['KIND_EXPERIMENTAL_PROVIDER', 'podman'],
    ['KIND_CLUSTER_NAME', 'theirs'],
    ['SOPS_AGE_RECIPIENTS', 'theirs'],
    ['DOCKER_DEFAULT_PLATFORM', 'linux/s390x'],
    ['DOCKER_CONTENT_TRUST', '1'],
    ['npm_config_omit', 'dev'],
    ['BASH_ENV', '/none'],
    ['BASH_FUNC_docker%%', '() { false; }'],
    ['CDPATH', '/none'],
  ])('is without %s=%s', (name, value) => {
    expect(ownEnvironment({ ...base, [name]: value })).toEqual(base);
  });

  it.each([
    'PULUMI_HOME',
    'NODE_EXTRA_CA_CERTS',
    'GIT_AUTHOR_NAME',
    'GIT_COMMITTER_EMAIL',
    'GIT_CONFIG_GLOBAL',
    'DOCKER_HOST',
    'DOCKER_CONTEXT',
    'KUBECONFIG',
    'SOPS_EDITOR',
    'FLUX_FLEET_CACHE',
    'AWS_PROFILE',
    'VAULT_ADDR',
    'SSH_AUTH_SOCK',
    'LANG',
    'TMPDIR',
  ])('keeps %s', (name) => {
    expect(ownEnvironment({ ...base, [name]: 'theirs' })).toHaveProperty(name, 'theirs');
  });

  it.each([
    [{ https_proxy: 'http://proxy' }, '127.0.0.1,localhost,::1'],
    [{ HTTPS_PROXY: 'http://proxy', NO_PROXY: 'example.org' }, 'example.org,127.0.0.1,localhost,::1'],
    [{ http_proxy: 'http://proxy', no_proxy: 'localhost, a', NO_PROXY: 'b' }, 'localhost,a,b,127.0.0.1,::1'],
    [{ no_proxy: 'a' }, undefined],
  ])('reaches this machine without a proxy: %j', (proxies, expected) => {
    const { NO_PROXY, no_proxy } = ownEnvironment({ ...base, ...proxies });
    expect([NO_PROXY, no_proxy]).toEqual(expected ? [expected, expected] : [undefined, 'a']);
  });

  it('is without the folders that npm adds to PATH, and keeps the others', () => {
    const added = [join(repositoryRoot, 'node_modules/.bin'), '/node_modules/.bin', '/usr/lib/npm/node-gyp-bin'];
    const own = ['/home/ada/node_modules/.bin', '/usr/bin'];
    expect(ownEnvironment({ PATH: [...added, ...own].join(':') })['PATH']).toBe(own.join(':'));
  });

  it('has a home, also where none is set', () => {
    vi.stubEnv('HOME', '');
    expect(ownEnvironment({ PATH: '/bin', HOME: '' })['HOME']).toBe(homeDirectory());
    expect(homeDirectory()).toMatch(/^\/./);
  });

  it("has no variable of git's for git in a copy of ours", () => {
    for (const name of ['GIT_DIR', 'GIT_AUTHOR_NAME', 'GIT_CONFIG_GLOBAL']) vi.stubEnv(name, 'theirs');
    expect(Object.keys(gitEnvironment()).filter((name) => name.startsWith('GIT_'))).toEqual([]);
  });

  it("becomes this process's, and what is gone is known", () => {
    vi.stubEnv('PULUMI_STACK', 'theirs');
    vi.stubEnv('AWS_PROFILE', 'theirs');
    useOwnEnvironment();
    expect(process.env['PULUMI_STACK']).toBeUndefined();
    expect(process.env['AWS_PROFILE']).toBe('theirs');
    expect(foreignVariables()).toContain('PULUMI_STACK');
  });
});
