import { defineFleet, env, file, kind, webApp } from '../../model';

/** Secrets by their keys, and how the app takes each. Their values are set with `fleet secrets set dev shop API_KEY`. */
export default defineFleet({
  clusters: { dev: kind() },
  apps: {
    shop: webApp({
      image: 'ghcr.io/stefanprodan/podinfo',
      tag: '6.9.2',
      port: 9898,
      secrets: {
        API_KEY: env(),
        'tls.key': file('/etc/tls'),
        SESSION_KEY: env({ generate: { bytes: 32 } }),
      },
    }),
  },
  runs: { dev: { shop: {} } },
});
