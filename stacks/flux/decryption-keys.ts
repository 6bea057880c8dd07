import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import { ageKeyEntry, ageKeyFile } from '../../machine/age-key';
import { fleetDirectory } from '../../machine/paths';
import { readTransitToken, transitTokenEntry } from '../../machine/transit-token';
import { type Cluster, decryptionSecret as name, fluxNamespace, hasOwnKey, hasTransitKey } from '../../model';

/**
 * The keys by which the cluster decrypts its secrets: its own age key, during a rotation the old one and the new one;
 * and the token for its transit key, where there is one.
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
    ...(token !== undefined && { [transitTokenEntry]: pulumi.secret(token) }),
  };
  return new k8s.core.v1.Secret(name, { metadata: { name, namespace: fluxNamespace }, stringData }, opts);
}
