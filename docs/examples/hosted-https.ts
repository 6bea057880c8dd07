import { alertWebhook, defineFleet, existing, hosted, webApp } from '../../model';

/** A fleet whose repository is on a server of your own, behind HTTPS, and takes pull requests alone. */
export default defineFleet({
  git: hosted({ url: 'https://git.example.com/platform/fleet.git', ca: 'certificates/ca.pem', pullRequest: true }),
  alerts: alertWebhook('https://alerts.example.com/flux'),
  clusters: { prod: existing({ context: 'prod' }) },
  apps: { shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
  runs: { prod: { shop: {} } },
});
