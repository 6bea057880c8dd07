import { defineFleet, kind, webApp } from '../../model';

/** Your fleet: which clusters there are, which apps there are, and which cluster runs what. `npm run up` makes it so. */
export default defineFleet({
  // Each is a kind cluster on this machine, and a Pulumi stack of this name.
  clusters: {
    dev: kind(),
    prod: kind(),
  },
  // An app: an image, its tag, and the port on which it listens. docs/guide.md shows charts, folders and constructs.
  apps: {
    hello: webApp({
      image: 'ghcr.io/stefanprodan/podinfo',
      tag: '6.9.2',
      port: 9898,
      env: { PODINFO_UI_MESSAGE: 'Hello' },
    }),
  },
  // An app runs in a cluster when it is listed here; between its braces stands what differs in that cluster.
  runs: {
    dev: { hello: {} },
    prod: { hello: { replicas: 2, env: { PODINFO_UI_MESSAGE: 'Hello from prod' } } },
  },
});
