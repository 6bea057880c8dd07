import { defineFleet, gitChart, helmApp, helmChart, kind, value } from '../../model';

/** A chart in a folder beside fleet.ts, and one of a Helm repository. */
export default defineFleet({
  clusters: { dev: kind(), prod: kind() },
  apps: {
    shop: helmApp({
      chart: gitChart('charts/podinfo'),
      values: { color: '#2e8b57' },
      secrets: { message: value('message') },
      test: true,
      drift: { ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }] },
    }),
    metrics: helmApp({
      chart: helmChart({
        repository: 'https://kubernetes-sigs.github.io/metrics-server',
        name: 'metrics-server',
        version: '3.13.0',
      }),
      remediation: { retries: 1 },
    }),
  },
  runs: {
    dev: { shop: {}, metrics: {} },
    prod: { shop: { values: { replicas: 2 } } },
  },
});
