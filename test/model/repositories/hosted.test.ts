import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { defineFleet, existing, hosted, kind, repositoryLayout } from '../../../model';
import { forgeOf } from '../../../model/repositories/forge';
import { fullUrl, gitAddress } from '../../../model/repositories/git-address';
import { publishedHostKeys } from '../../../model/repositories/host-keys';
import { problems } from '../problems';

const github = 'https://github.com/org/fleet.git';
const fleet = (props: object) => () =>
  defineFleet({
    git: hosted({ url: github, ...props }),
    clusters: { dev: kind(), prod: existing() },
    apps: {},
    runs: { dev: {}, prod: {} },
  });

describe('the address of a hosted repository', () => {
  it.each([
    ['git@github.com:org/fleet.git', 'ssh://git@github.com/org/fleet.git'],
    ['github.com:org/fleet.git', 'ssh://git@github.com/org/fleet.git'],
    ['ssh://me@git.example.com:2222/org/fleet', 'ssh://me@git.example.com:2222/org/fleet'],
    ['git@ssh.dev.azure.com:v3/org/project/fleet', 'ssh://git@ssh.dev.azure.com/v3/org/project/fleet'],
    ['https://GitHub.com/org/fleet.git/', 'https://github.com/org/fleet.git'],
  ])('%s is read as %s', (url, full) => {
    expect(fullUrl(gitAddress(url)!)).toBe(full);
    expect(problems(fleet({ url, ...(url.includes('example') && { knownHosts: 'keys' }) }))).toEqual([]);
  });

  it.each([
    ['http://github.com/org/fleet.git', /neither encrypted nor checked/],
    ['git://github.com/org/fleet.git', /neither encrypted nor checked/],
    ['https://ada:secret@github.com/org/fleet.git', /has credentials in it/],
    ['https://ghp_0123456789@github.com/org/fleet.git', /has credentials in it/],
    ['ssh://git:secret@github.com/org/fleet.git', /has credentials in it/],
    ['file:///srv/fleet.git', /no cluster reaches a folder/],
    ['../fleet.git', /no cluster reaches a folder/],
    ['ssh://git@localhost:2222/fleet.git', /leads each cluster to itself/],
    ['github.com/org/fleet', /not the address/],
    ['https://github.com', /not the address/],
    [undefined, /required property/],
    [3, /not the address/],
  ])('%s is refused, and no password is repeated', (url, problem) => {
    const found = problems(fleet({ url }));
    expect(found).toEqual([expect.stringMatching(problem)]);
    expect(found.join()).not.toMatch(/secret|ghp_/);
  });
});

describe('a hosted repository', () => {
  it('is reached by clusters anywhere, and has its files in a folder of a branch', () => {
    const { git } = fleet({ branch: 'live', folder: 'deploy/fleet', pullRequest: true })();
    expect(repositoryLayout(git)).toEqual({ branch: 'live', folder: 'deploy/fleet', pullRequest: true });
    expect(repositoryLayout(fleet({})().git)).toMatchObject({ branch: 'main', folder: '' });
  });

  it('needs the host key of a server that publishes none', () => {
    const url = 'ssh://git@git.example.com/org/fleet.git';
    expect(problems(fleet({ url }))).toEqual([expect.stringMatching(/^git\.knownHosts: the host key of git\.example/)]);
    expect(problems(fleet({ url: 'git@gitlab.com:org/fleet.git' }))).toEqual([]);
  });

  it('refuses what has no meaning for its scheme, and what cannot be', () => {
    const ssh = 'git@github.com:org/fleet.git';
    expect(problems(fleet({ url: ssh, ca: 'ca.pem', username: 'ada' }))).toEqual([
      'git.ca: it has no meaning for ssh',
      'git.username: it has no meaning for ssh',
    ]);
    expect(problems(fleet({ knownHosts: 'keys' }))).toEqual(['git.knownHosts: it has no meaning for https']);
    expect(problems(fleet({ branch: '-x', folder: '../x', verify: ['ada'] }))).toEqual([
      'git.branch: invalid branch: `-x`',
      'git.folder: invalid folder: `../x`',
      'git.verify.0: invalid public key: `ada`',
    ]);
  });
});

// The fingerprints that the pages publish which publishedHostKeys names.
const fingerprints: Readonly<Record<string, readonly string[]>> = {
  'github.com': [
    '+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
    'p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM',
    'uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s',
  ],
  'gitlab.com': [
    'eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8',
    'HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw',
    'ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ',
  ],
  'bitbucket.org': [
    'ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM',
    'FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0',
    '46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E',
  ],
  'ssh.dev.azure.com': ['ohD8VZEXGWo6Ez8GSEJQ9WpafgLFsOfLOtGGQCQo6Og'],
  'codeberg.org': [
    'mIlxA9k46MmM6qdJOdMnAQpzGxF4WIVVL+fj+wZbw0g',
    'T9FYDEHELhVkulEKKwge5aVhVTbqCW0MIRwAfpARs/E',
    '6QQmYi4ppFS4/+zSZ5S4IU+4sa6rwvQ4PbhCtPEBekQ',
  ],
};

describe('the host keys of the large hosts', () => {
  it('have the fingerprints that their pages publish', () => {
    const computed = Object.entries(publishedHostKeys).map(([host, { keys }]) => [
      host,
      keys.map((key) =>
        createHash('sha256')
          .update(Buffer.from(key.split(' ')[1]!, 'base64'))
          .digest('base64')
          .replace('=', ''),
      ),
    ]);
    expect(Object.fromEntries(computed)).toEqual(fingerprints);
  });
});

describe('the pages of a host', () => {
  const pages = (url: string) => {
    const forge = forgeOf(gitAddress(url)!);
    return forge && [forge.keysPage, forge.pullRequest('fleet/1', 'main')];
  };

  it.each([
    [
      'git@github.com:org/fleet.git',
      'https://github.com/org/fleet/settings/keys/new',
      'https://github.com/org/fleet/compare/main...fleet/1?expand=1',
    ],
    [
      'ssh://git@gitlab.com/group/sub/fleet.git',
      'https://gitlab.com/group/sub/fleet/-/settings/repository#js-deploy-keys-settings',
      'https://gitlab.com/group/sub/fleet/-/merge_requests/new?merge_request%5Bsource_branch%5D=fleet%2F1&merge_request%5Btarget_branch%5D=main',
    ],
    [
      'git@bitbucket.org:org/fleet.git',
      'https://bitbucket.org/org/fleet/admin/access-keys/',
      'https://bitbucket.org/org/fleet/pull-requests/new?source=fleet%2F1&dest=main',
    ],
    [
      'git@ssh.dev.azure.com:v3/org/project/fleet',
      'https://dev.azure.com/org/_usersSettings/keys',
      'https://dev.azure.com/org/project/_git/fleet/pullrequestcreate?sourceRef=fleet%2F1&targetRef=main',
    ],
    [
      'https://dev.azure.com/org/project/_git/fleet',
      'https://dev.azure.com/org/_usersSettings/keys',
      'https://dev.azure.com/org/project/_git/fleet/pullrequestcreate?sourceRef=fleet%2F1&targetRef=main',
    ],
    [
      'git@codeberg.org:org/fleet.git',
      'https://codeberg.org/org/fleet/settings/keys',
      'https://codeberg.org/org/fleet/compare/main...fleet/1',
    ],
  ])('are known for %s', (url, ...expected) => expect(pages(url)).toEqual(expected));

  it('are not known for a server of its own', () => expect(pages('git@git.example.com:fleet.git')).toBeUndefined());
});
