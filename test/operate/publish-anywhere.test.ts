import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { publish, sourceOf } from '../../operate/publish';
import { RepositoryCopy } from '../../operate/repository';

const scratch = mkdtempSync(join(tmpdir(), 'publish-anywhere-'));
const home = join(scratch, 'home');
const clone = join(scratch, 'clone');
const server = join(scratch, 'server.git');
const local = join(scratch, 'copy.git');
const manifests = join(scratch, 'manifests');

/** What no setting may change: bytes, CRLF, an attribute of a chart's, an ignored file, a file for LFS. */
const files = {
  '.gitattributes': '* text=auto eol=crlf ident\n*.bin filter=lfs\n*.txt working-tree-encoding=UTF-16\n',
  '.gitignore': '*\n',
  'apps/crlf.yaml': 'a: 1\r\nb: 2\r\n',
  'apps/lf.yaml': 'a: $Id$\n',
  'apps/x.bin': 'x\n',
  'apps/x.txt': 'ä\n',
  'charts/own/files/x': Buffer.from([0xe4, 0x0d, 0x0a, 0, 0xff]),
};

const git = (...args: string[]) =>
  execaSync('git', args, { env: { PATH: process.env['PATH'], HOME: scratch }, extendEnv: false });
const write = (path: string, text: string | Buffer, mode = 0o644) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
};

beforeAll(() => {
  git('init', '--quiet', clone);
  write(join(clone, '.gitignore'), '.git-is-new\n');
  git('-C', clone, 'add', '.');
  git('-C', clone, '-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '--quiet', '-m', 'Begin');
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 9 }));

/** Publishes to a new server from this clone; gives what the server has. */
async function published(copy = new RepositoryCopy(local, { url: server, environment: {} })) {
  rmSync(server, { recursive: true, force: true, maxRetries: 9 });
  git('init', '--quiet', '--bare', '--initial-branch=main', server);
  rmSync(manifests, { recursive: true, force: true, maxRetries: 9 });
  for (const [path, text] of Object.entries(files)) write(join(manifests, path), text);
  const source = await sourceOf(clone);
  await publish({ copy, manifests, source });
  return {
    source,
    log: git('--git-dir', server, 'log', '-1', '--format=%an <%ae>, %cn <%ce>, %ad', '--date=format:%Y', 'main').stdout,
    files: git('--git-dir', server, 'ls-tree', '-r', 'main').stdout.split('\n'),
  };
}

/** The lines of `git ls-tree` for these files. */
const listing = Object.entries(files).map(([path, text]) => {
  const blob = createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest('hex');
  return `100644 blob ${blob}\t${path}`;
});

const fleet = 'flux-fleet <flux-fleet@localhost>';
const ada = 'Ada <ada@example.org>';
const hook = '#!/bin/sh\nexit 1\n';
const both = (who: string) => `${who}, ${who}`;

/** Settings of a user: of the file ~/.gitconfig, variables, and those that a clone has; and who the author then is. */
interface Setting {
  readonly config?: string;
  readonly variables?: Record<string, string>;
  readonly inClone?: readonly string[];
  readonly before?: () => void;
  readonly who?: string;
}

const settings: Record<string, Setting> = {
  'no settings': {},
  'an identity in ~/.gitconfig': { config: '[user]\nname = Ada\nemail = ada@example.org\n', who: both(ada) },
  'an identity in this clone alone': {
    config: '[user]\nuseConfigOnly = true\n',
    inClone: ['user.name=Ada', 'user.email=ada@example.org'],
    who: both(ada),
  },
  'user.useConfigOnly without an identity': { config: '[user]\nuseConfigOnly = true\n' },
  'a name without an address': { config: '[user]\nname = Ada\n' },
  'GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL, GIT_AUTHOR_DATE': {
    variables: {
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_AUTHOR_DATE: '1999-01-01T00:00:00Z',
      GIT_COMMITTER_DATE: '1999-01-01T00:00:00Z',
    },
    who: both(ada),
  },
  'an author and another committer': {
    config: '[author]\nname = Ada\nemail = ada@example.org\n[committer]\nname = Bot\nemail = bot@example.org\n',
    who: `${ada}, Bot <bot@example.org>`,
  },
  'a broken ~/.gitconfig': {
    config: '[user\nname',
    inClone: ['user.name=Ada', 'user.email=ada@example.org'],
    who: both(ada),
  },
  'signing with a key that there is not': {
    config:
      '[commit]\ngpgSign = true\n[push]\ngpgSign = true\n[tag]\ngpgSign = true\n[gpg]\nformat = ssh\n[user]\nsigningKey = /none\n',
  },
  'push options and a default that pushes nothing': {
    config: '[push]\npushOption = ci.skip\ndefault = nothing\nfollowTags = true\nrecurseSubmodules = only\n',
  },
  'hooks of the user': {
    config: '[core]\nhooksPath = ~/hooks\n',
    before: () =>
      ['pre-push', 'reference-transaction'].forEach((name) => write(join(home, 'hooks', name), hook, 0o755)),
  },
  'a template with hooks and settings': {
    config: '[init]\ntemplateDir = ~/template\n',
    before: () => {
      write(join(home, 'template', 'hooks', 'pre-push'), hook, 0o755);
      write(join(home, 'template', 'config'), '[core]\nautocrlf = true\n');
    },
  },
  'core.autocrlf, core.eol and core.safecrlf': { config: '[core]\nautocrlf = true\neol = crlf\nsafecrlf = true\n' },
  'attributes and filters of the user': {
    config: '[core]\nattributesFile = ~/attributes\n[filter "lfs"]\nclean = false\nprocess = false\nrequired = true\n',
    before: () => {
      write(join(home, 'attributes'), '* filter=lfs text\n');
      write(join(home, '.config/git/attributes'), '* filter=lfs text\n');
      write(join(home, '.config/git/ignore'), '*\n');
    },
  },
  'addresses that are replaced': {
    config: `[url "/nowhere/"]\ninsteadOf = ${scratch}/\npushInsteadOf = ${scratch}/\n`,
  },
  'SHA-256 by default': { config: '[init]\ndefaultObjectFormat = sha256\n', variables: { GIT_DEFAULT_HASH: 'sha256' } },
  'another default of much else': {
    config:
      '[fetch]\nprune = false\nfsckObjects = true\nparallel = 0\n[transfer]\nhideRefs = refs\n[log]\nshowRoot = false\nshowSignature = true\n' +
      'decorate = full\n[diff]\nnoprefix = true\nexternal = false\nrenames = copies\n[color]\nui = always\n[core]\nquotePath = true\n' +
      'sshCommand = false\nfileMode = true\nbare = false\n[protocol]\nallow = never\n[safe]\nbareRepository = explicit\n[i18n]\ncommitEncoding = UTF-16\n',
  },
  "git's own variables": {
    variables: {
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/nowhere',
      GIT_INDEX_FILE: '/nowhere/index',
      GIT_OBJECT_DIRECTORY: '/nowhere/objects',
      GIT_ALTERNATE_OBJECT_DIRECTORIES: '/nowhere/others',
      GIT_NAMESPACE: 'other',
      GIT_CEILING_DIRECTORIES: '/',
      GIT_TEMPLATE_DIR: '/nowhere',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.autocrlf',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_PARAMETERS: "'core.autocrlf'='true'",
      GIT_LITERAL_PATHSPECS: '1',
      GIT_EXTERNAL_DIFF: 'false',
      GIT_TRACE: '1',
      GIT_SSH_COMMAND: 'false',
      GIT_ALLOW_PROTOCOL: 'none',
      GIT_QUARANTINE_PATH: '/nowhere',
      GIT_SHALLOW_FILE: '/nowhere/shallow',
      GIT_DEFAULT_REF_FORMAT: 'reftable',
    },
  },
  'no HOME': {
    config: '[user]\nname = Ada\nemail = ada@example.org\n',
    variables: { HOME: '', GIT_CONFIG_GLOBAL: join(home, '.gitconfig') },
    who: both(ada),
  },
};

describe("a user's settings of git do not change what is published", () => {
  it.each(Object.entries(settings))(
    '%s',
    async (_, { config, variables = {}, inClone = [], before, who = both(fleet) }) => {
      for (const folder of [home, local]) rmSync(folder, { recursive: true, force: true });
      write(join(home, '.gitconfig'), config ?? '');
      before?.();
      for (const setting of inClone) git('-C', clone, 'config', ...setting.split('='));
      for (const name of Object.keys(process.env)) if (name.startsWith('GIT_')) vi.stubEnv(name, undefined);
      for (const [name, value] of Object.entries({ HOME: home, GIT_CONFIG_NOSYSTEM: '1', ...variables })) {
        vi.stubEnv(name, value);
      }
      try {
        const outcome = await published();
        expect(outcome.files).toEqual(listing);
        expect(outcome.log).toBe(`${who}, ${new Date().getFullYear()}`);
        expect(outcome.source.commit).toMatch(/^[0-9a-f]{40}$/);
      } finally {
        vi.unstubAllEnvs();
        for (const setting of inClone) git('-C', clone, 'config', '--unset', setting.split('=')[0]!);
      }
    },
  );
});
