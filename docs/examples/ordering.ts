import { defineFleet, helmApp, kind, ociChart, webApp } from '../../model';

const podinfo = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };

/** The database is ready before the shop is applied, and the shop before its page. */
export default defineFleet({
  clusters: { dev: kind() },
  apps: {
    database: helmApp({
      chart: ociChart({ url: 'oci://ghcr.io/cloudnative-pg/charts/cloudnative-pg', version: '0.26.0' }),
      timeout: '5m',
      health: [
        {
          apiVersion: 'postgresql.cnpg.io/v1',
          kind: 'Cluster',
          current: "status.phase == 'Cluster in healthy state'",
        },
      ],
    }),
    shop: webApp({ ...podinfo, after: ['database'] }),
    page: webApp({ ...podinfo, after: ['shop'] }),
  },
  runs: { dev: { database: {}, shop: {}, page: {} } },
});
