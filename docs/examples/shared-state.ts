import { alertWebhook, backendState, defineFleet, existing, gitServer, webApp } from '../../model';

/** Pulumi's state in a bucket, so that every clone that has joined can bring the fleet up. */
export default defineFleet({
  git: gitServer({ address: 'build.example.com' }),
  alerts: alertWebhook('https://alerts.example.com/flux'),
  state: backendState('s3://acme-fleet/shop?region=eu-central-1', {
    secretsProvider: 'awskms://alias/fleet?region=eu-central-1',
  }),
  clusters: { prod: existing({ kubeconfig: '~/.kube/config', context: 'prod' }) },
  apps: { shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
  runs: { prod: { shop: {} } },
});
