import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { ageKeyEntry, ageKeyFile } from '../../machine/age-key';
import { fleetDirectory } from '../../machine/paths';
import { pgpKeyEntry, readPgpKeys } from '../../machine/pgp-key';
import { readTransitToken, transitTokenEntry } from '../../machine/transit-token';
import {
  type Cluster,
  decryptionSecret as name,
  fluxNamespace,
  hasOwnKey,
  hasTransitKey,
  pgpFingerprints,
} from '../../model';

/**
 * The keys by which the cluster decrypts its secrets: its own age key, during a rotation the old one and the new one;
 * the token for its transit key and its private PGP keys, where this machine has them.
 *
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption
 */
export function decryptionKeys(
  cluster: string,
  { recipients }: Cluster,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const token = hasTransitKey(recipients) ? readTransitToken(fleetDirectory, cluster) : undefined;
  const stringData = {
    ...(hasOwnKey(recipients) && { [ageKeyEntry]: pulumi.secret(ageKeyFile(fleetDirectory, cluster)) }),
    ...Object.fromEntries(
      readPgpKeys(fleetDirectory, cluster, pgpFingerprints(recipients)).map(({ fingerprint, text }) => [
        pgpKeyEntry(fingerprint),
        pulumi.secret(text),
      ]),
    ),
    ...(token !== undefined && { [transitTokenEntry]: pulumi.secret(token) }),
  };
  return new k8s.core.v1.Secret(name, { metadata: { name, namespace: fluxNamespace }, stringData }, opts);
}
