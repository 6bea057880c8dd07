import { alertWebhook, backendState, defineFleet, existing, hosted, kind, transitKey, webApp } from '../../model';

const recipients = [transitKey('https://bao.example.com:8200/v1/transit/keys/prod')];
const controllers = { 'kustomize-controller': { concurrent: 20, resources: { limits: { memory: '2Gi' } } } };

/** A fleet in production: clusters of a cloud, a repository on GitHub, a state that several people and CI share. */
export default defineFleet({
  git: hosted({ url: 'git@github.com:org/fleet.git', pullRequest: true }),
  state: backendState('s3://acme-fleet?region=eu-central-1', {
    secretsProvider: 'awskms://alias/fleet?region=eu-central-1',
  }),
  alerts: alertWebhook('https://alerts.example.com/flux'),
  clusters: {
    dev: kind(),
    prod: existing({ context: 'prod', recipients, controllers }),
    'prod-us': existing({ context: 'prod-us', recipients, controllers }),
  },
  apps: { shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
  runs: { dev: { shop: {} }, prod: { shop: { replicas: 3 } }, 'prod-us': { shop: { replicas: 3 } } },
});
