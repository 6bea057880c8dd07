import { alertWebhook, defineFleet, fluxInstance, kind, webApp } from '../../model';

/** Flux installed by its operator, from a mirror of its images; failures are posted to your own server. */
export default defineFleet({
  flux: fluxInstance({ registry: 'registry.example.com/fluxcd', pullSecret: 'registry', size: 'medium' }),
  alerts: alertWebhook('https://alerts.example.com/flux'),
  clusters: { dev: kind() },
  apps: { shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
  runs: { dev: { shop: {} } },
});
