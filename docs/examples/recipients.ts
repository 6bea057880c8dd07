import { ageKey, defineFleet, env, kind, pgpKey, transitKey, webApp } from '../../model';

/**
 * Who can decrypt: dev with its own key, and a colleague; stage with a PGP key, whose private half
 * `fleet secrets import-pgp-key stage` takes; prod with a transit key of Vault or OpenBao, for which
 * `fleet secrets import-token prod` takes a token.
 */
export default defineFleet({
  clusters: {
    dev: kind({ recipients: [ageKey(), ageKey('age1pqlxdusvrde636rcned6zzf5qksmvhwfvmwvf9cnq80wakuda4jsq76fcs')] }),
    stage: kind({ recipients: [pgpKey('85D77543B3D624B63CEA9E6DBC17301B491B3F21')] }),
    prod: kind({ recipients: [transitKey('https://bao.example.com:8200/v1/transit/keys/prod')] }),
  },
  apps: {
    shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898, secrets: { API_KEY: env() } }),
  },
  runs: { dev: { shop: {} }, stage: { shop: {} }, prod: { shop: {} } },
});
