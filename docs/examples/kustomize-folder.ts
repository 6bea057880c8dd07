import { defineFleet, inSecret, kind, kustomizeApp } from '../../model';

/** A folder of manifests as an app. Its objects take their secret from the Secret of the app's name. */
export default defineFleet({
  clusters: { dev: kind(), prod: kind() },
  apps: { cache: kustomizeApp({ folder: 'deploy/cache', secrets: { password: inSecret() }, force: true }) },
  runs: {
    dev: { cache: {} },
    prod: {
      cache: {
        tags: { 'registry.example.com/cache': '1.3' },
        replicas: { cache: 2 },
        patches: { 'Service/cache': [{ op: 'replace', path: '/spec/ports/0/port', value: 6380 }] },
      },
    },
  },
});
