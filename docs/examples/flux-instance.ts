import { alertWebhook, defineFleet, fluxInstance, kind, webApp } from '../../model';

const podinfo = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };

/** Flux installed by its operator, from a mirror of its images; failures are posted to your own server. */
export default defineFleet({
  flux: fluxInstance({
    registry: 'registry.example.com/fluxcd',
    pullSecret: 'registry',
    size: 'medium',
    // A second set of controllers, which applies the apps that name it.
    sharding: { shards: ['busy'] },
    // What the platform's own team publishes, beside the fleet.
    sync: {
      kind: 'OCIRepository',
      name: 'platform',
      url: 'oci://registry.example.com/platform',
      ref: 'latest',
      path: './',
      pullSecret: 'registry',
    },
    patches: [
      { target: { kind: 'Deployment' }, patch: { spec: { template: { spec: { nodeSelector: { pool: 'flux' } } } } } },
    ],
  }),
  alerts: alertWebhook('https://alerts.example.com/flux'),
  clusters: { dev: kind() },
  apps: { shop: webApp(podinfo), crawler: webApp({ ...podinfo, shard: 'busy' }) },
  runs: { dev: { shop: {}, crawler: {} } },
});
