import { alertWebhook, defineFleet, existing, fluxInstance, gitServer, webApp } from '../../model';

/** A cluster of OpenShift, which gives each pod a user: no pod of Flux and of a web app names one. */
export default defineFleet({
  git: gitServer({ address: 'build.example.com' }),
  flux: fluxInstance({ size: 'medium' }),
  alerts: alertWebhook('https://alerts.example.com/flux'),
  clusters: { prod: existing({ kubeconfig: '~/.kube/config', context: 'prod', platform: 'openshift' }) },
  apps: { shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
  runs: { prod: { shop: {} } },
});
