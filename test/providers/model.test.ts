import { expect, it } from 'vitest';

import { defineFleet, kind } from '../../model';
import { problems } from '../model/problems';
import { folderRepository, registerFakes, staticCluster } from './fakes';

const fleet = (git: unknown, clusters: Record<string, unknown>) => () =>
  defineFleet({
    git: git as never,
    clusters: clusters as never,
    apps: {},
    runs: Object.fromEntries(Object.keys(clusters).map((name) => [name, {}])) as never,
  });

it('a type is not known until it is registered', () => {
  expect(problems(fleet(folderRepository('/srv/git'), { edge: staticCluster() }))).toEqual([
    'clusters.edge: expected a cluster, found `{ … }`',
    'git: expected a repository, found `{ … }`',
  ]);
});

it('a registered type has its own schema, greatest length of a name, and ports of this machine', () => {
  registerFakes();
  const clusters = { edge: staticCluster(), dev: kind({ ports: { 8418: 30080 } }), 'a-long-name': staticCluster() };
  expect(fleet(folderRepository('/srv/git', 8419), { edge: staticCluster(), dev: clusters.dev })).not.toThrow();
  expect(problems(fleet({ ...folderRepository('/srv/git'), file: 'x' }, clusters))).toEqual([
    'git.file: unknown property `file`',
    'clusters.a-long-name: invalid name: `a-long-name`',
    'clusters.dev.ports.8418: host port 8418 is already used by `git.port`',
  ]);
});
