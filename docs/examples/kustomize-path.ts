import { defineFleet, kind, kustomizeApp } from '../../model';

/** A folder with a base and overlays as an app. Each cluster builds one of the overlays. */
export default defineFleet({
  clusters: { dev: kind(), prod: kind() },
  apps: { shop: kustomizeApp({ folder: 'deploy/shop', path: 'overlays/dev' }) },
  runs: {
    dev: { shop: {} },
    prod: { shop: { path: 'overlays/prod' } },
  },
});
