import { defineFleet, kind, webApp } from '../../model';

/** What no property covers is a patch: the part of the object that differs, or the steps of a JSON patch. */
export default defineFleet({
  clusters: { dev: kind(), prod: kind() },
  apps: { shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
  runs: {
    dev: { shop: {} },
    prod: {
      shop: {
        patches: {
          Deployment: { spec: { template: { spec: { terminationGracePeriodSeconds: 60 } } } },
          Service: [{ op: 'add', path: '/spec/sessionAffinity', value: 'ClientIP' }],
        },
      },
    },
  },
});
