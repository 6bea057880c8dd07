import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { localPath } from '../../machine/paths';
import { writePrivateFile } from '../../machine/files';
import { type ClusterBase, localPaths, repositoryLayout } from '../../model';
import { alertsModels } from '../../model/alerts';
import { clusterModels } from '../../model/clusters';
import { receiverToken } from '../keys';
import { alerts } from '../flux/alerts';
import { decryptionKeys } from '../flux/decryption-keys';
import { FluxInstallation } from '../flux/installation';
import { receiver } from '../flux/receiver';
import { fluxSource } from '../flux/source';
import { repositoryProvider } from '../repositories';
import { clusterProvider } from '.';
import type { ClusterTarget } from './provider';

/** A cluster, Flux in it, and what Flux needs to read the fleet's repository. */
export async function clusterStack(
  target: ClusterTarget,
): Promise<{ kubeconfig: pulumi.Output<string>; generation: string }> {
  const { fleet, name, cluster } = target;
  const { controllers, platform }: ClusterBase = cluster;
  const [clusterType, repository] = [clusterProvider(cluster), repositoryProvider(fleet)];
  const source = (await repository.program()).source(target);
  const { kubeconfig, identity, resource, marks } = (await clusterType.program()).provide(target);
  // A preview must not write, and has no kubeconfig of a cluster that is still to be made.
  if (!pulumi.runtime.isDryRun()) {
    kubeconfig.apply((text) => writePrivateFile(localPath(localPaths.kubeconfig(name)), text));
  }

  const provider = new k8s.Provider(
    'kubernetes',
    {
      kubeconfig,
      clusterIdentifier: identity,
      deleteUnreachable: true,
      // A run that was killed has made things that Pulumi does not know of; and what somebody changed is changed back.
      upsertExistingObjects: true,
      enablePatchForce: true,
      // A new key replaces the old one without a moment in which there is none.
      enableSecretMutable: true,
    },
    { deletedWith: resource },
  );
  const opts = { provider, deletedWith: resource };
  const installation = new FluxInstallation(
    fleet.flux,
    { marks, controllers, platform },
    { providers: [provider], deletedWith: resource },
  );
  const installed = { ...opts, dependsOn: [...installation.resources] };
  const keys = decryptionKeys(name, cluster, installed);
  fluxSource({ cluster: name, layout: repositoryLayout(fleet.git), ...source }, installed, keys);
  if (repository.announces && clusterType.receiverAddress(target) !== undefined) {
    receiver(pulumi.secret(receiverToken(name)), installed);
  }
  const alertsModel = alertsModels.of(fleet.alerts);
  // A cluster elsewhere does not reach a container of the fleet's.
  if (!alertsModel.container || !clusterModels.of(cluster).isElsewhere)
    alerts({ cluster: name, address: alertsModel.address(fleet.alerts, fleet) }, installed);
  return { kubeconfig, generation: identity };
}
