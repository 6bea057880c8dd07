import { readPgpKeys } from '../../machine/pgp-key';
import { readTransitToken } from '../../machine/transit-token';
import { type Cluster, FleetError, hasTransitKey, pgpFingerprints } from '../../model';
import type { SecretsFolder } from './folder';
import { exportCommand } from './pgp-key';

/** @throws FleetError that names the clusters which could decrypt nothing, for want of a token or a private PGP key. */
export function refuseMissingKeys({ fleet, props: { directory } }: SecretsFolder): void {
  const without = Object.entries(fleet.clusters).filter(
    ([cluster, { recipients }]) =>
      recipients.every((one) => 'recipient' in one || one.type === 'transit' || one.type === 'pgp') &&
      readTransitToken(directory, cluster) === undefined &&
      readPgpKeys(directory, cluster, pgpFingerprints(recipients)).length === 0,
  );
  if (without.length > 0)
    throw new FleetError(...without.map(([cluster, { recipients }]) => missing(cluster, recipients)));
}

function missing(cluster: string, recipients: Cluster['recipients']) {
  const [fingerprint] = pgpFingerprints(recipients);
  const ways = [
    ...(hasTransitKey(recipients)
      ? [`a token that may decrypt by its transit key to \`npm run fleet -- secrets import-token ${cluster}\``]
      : []),
    ...(fingerprint ? [`its private PGP key: \`${exportCommand(fingerprint, cluster)}\``] : []),
  ];
  const problem = 'the cluster cannot decrypt its secrets: this machine has no key or token to give it';
  return { place: `clusters.${cluster}`, problem, next: `Pipe in ${ways.join(', or ')}` };
}
