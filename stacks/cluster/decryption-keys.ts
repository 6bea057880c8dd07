import { existsSync, readFileSync } from 'node:fs';

import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import { ageKeyEntry, ageKeyFile } from '../../machine/age-key';
import { fleetDirectory } from '../../machine/paths';
import { type Cluster, hasOwnKey } from '../../model';
import { local } from '../environment';

/** The Secret that each Flux Kustomization names in `decryption`. */
const name = 'sops-age';

/**
 * What the cluster decrypts its secrets by: its own age key, during a rotation the old one and the new one; and the
 * token for its transit key, where `keys/transit-<cluster>.token` holds one.
 *
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption
 */
export function decryptionKeys(
  cluster: string,
  { recipients }: Cluster,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const token = local('keys', `transit-${cluster}.token`);
  const transit = recipients.some(({ type }) => type === 'transit') && existsSync(token);
  const stringData = {
    ...(hasOwnKey(recipients) && { [ageKeyEntry]: pulumi.secret(ageKeyFile(fleetDirectory, cluster)) }),
    ...(transit && { 'sops.vault-token': pulumi.secret(readFileSync(token, 'utf8').trim()) }),
  };
  return new k8s.core.v1.Secret(name, { metadata: { name, namespace: 'flux-system' }, stringData }, opts);
}
