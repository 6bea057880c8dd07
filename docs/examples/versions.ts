import { defineFleet, kind, webApp } from '../../model';
import versions from './versions.json';

/** The version of an app in prod is in a file of data: `npm run fleet -- promote shop --from dev --to prod` changes it. */
export default defineFleet({
  clusters: { dev: kind(), prod: kind() },
  apps: {
    shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }),
  },
  versions,
  runs: {
    dev: { shop: {} },
    prod: { shop: { replicas: 3 } },
  },
});
