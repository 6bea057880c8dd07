import { defineFleet, folderSource, gitSource, kind, tenant } from '../../model';

/** Two teams in one cluster: one with a folder beside fleet.ts, one with its own repository. */
export default defineFleet({
  clusters: { dev: kind() },
  apps: {},
  tenants: {
    'team-a': tenant({
      source: folderSource('tenants/team-a'),
      quota: { pods: '10', 'requests.memory': '2Gi' },
      people: { editors: { groups: ['team-a'] }, viewers: { groups: ['everybody'] } },
      network: { within: true, to: [{ cidr: '10.0.0.0/8', ports: [5432] }] },
      alerts: { type: 'slack', channel: '#team-a' },
    }),
    'team-b': tenant({
      source: gitSource({ url: 'ssh://git@git.example.com/team-b.git', path: './deploy' }),
      namespaces: ['team-b', 'team-b-jobs'],
      after: ['team-a'],
    }),
  },
  runs: { dev: { 'team-a': {}, 'team-b': { quota: { pods: '5' } } } },
});
