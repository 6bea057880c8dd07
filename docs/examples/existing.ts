import { alertWebhook, defineFleet, existing, gitServer, kind, webApp } from '../../model';

/** A kind cluster on this machine, and a cluster that somebody else made. */
export default defineFleet({
  // By this name the other cluster reaches the git server on this machine.
  git: gitServer({ address: 'build.example.com' }),
  alerts: alertWebhook('https://alerts.example.com/flux'),
  clusters: {
    dev: kind(),
    prod: existing({
      kubeconfig: '~/.kube/config',
      context: 'prod',
      controllers: { 'kustomize-controller': { concurrent: 20, resources: { limits: { memory: '2Gi' } } } },
    }),
  },
  apps: { shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
  runs: { dev: { shop: {} }, prod: { shop: { replicas: 2 } } },
});
