import { defineFleet, kind, webApp } from '../../model';

/** One app in two clusters: prod sets only what differs there. */
export default defineFleet({
  clusters: { dev: kind(), prod: kind() },
  apps: {
    shop: webApp({
      image: 'ghcr.io/stefanprodan/podinfo',
      tag: '6.9.2',
      port: 9898,
      env: { PODINFO_LEVEL: 'debug', PODINFO_UI_MESSAGE: 'Hello' },
      hosts: ['shop.dev.example.com'],
    }),
  },
  runs: {
    dev: { shop: {} },
    prod: {
      shop: {
        replicas: 3,
        tag: '6.9.1',
        env: { PODINFO_UI_MESSAGE: 'Welcome', PODINFO_LEVEL: null },
        resources: { limits: { memory: '512Mi' } },
        hosts: ['shop.example.com'],
      },
    },
  },
});
