import * as pulumi from '@pulumi/pulumi';
import { thisOwner } from '../../../machine/clone';
import { type ExistingCluster, ownerLabels } from '../../../model';
import type { ClusterTarget, ProvidedCluster } from '../provider';
import { knownCluster } from '../record';

/** A cluster that somebody else made, as `up` has found it. */
export function provide({ fleet, name }: ClusterTarget<ExistingCluster>): ProvidedCluster {
  const { uid, adopted, kubeconfig } = knownCluster(name);
  return {
    kubeconfig: pulumi.secret(kubeconfig),
    identity: uid,
    marks: ownerLabels({ ...thisOwner(fleet.name), adopted }),
  };
}
