import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

import { alertAddress, branch, type Fleet, gitServerStack } from '../../model';
import { local, variable } from '../environment';
import { deployKey, receiverToken } from '../cluster-keys';
import type { GitServerOutputs } from '../repositories/git-server';
import { writePrivateFile } from '../../machine/private-file';
import { alerts } from '../flux/alerts';
import { decryptionKeys } from '../flux/decryption-keys';
import { FluxInstallation } from '../flux/components';
import type { ReadMark } from './kind/generation';
import { KindCluster } from './kind/kind';
import { receiver } from '../flux/receiver';

/** What a cluster's stack tells the others. */
export interface ClusterOutputs {
  readonly kubeconfig: string;
  /** Differs between any two clusters, even of the same name. */
  readonly generation: string;
}

/** The namespace of Flux, and the name of its root objects, as `flux bootstrap` has them. */
const flux = 'flux-system';

/** How often Flux looks by itself: with the time that applying takes, a push is there within a minute even if untold. */
const pollInterval = '50s';

/**
 * A cluster, Flux in it, and what Flux needs to read the fleet's repository.
 *
 * @param name the cluster's in `fleet.ts`
 * @param readMark how the mark of a cluster that stands is read, if not from its container
 */
export function clusterStack(
  fleet: Fleet,
  name: string,
  readMark?: ReadMark,
): { [K in keyof ClusterOutputs]: pulumi.Input<string> } {
  const cluster = fleet.clusters[name]!;
  const { kubeconfig, generation, resource } = new KindCluster({
    name,
    cluster,
    readMark,
    image: variable('FLUX_FLEET_NODE_IMAGE'),
    network: fleet.name,
  });
  // A preview must not write, and has no kubeconfig of a cluster that is still to be made.
  if (!pulumi.runtime.isDryRun()) kubeconfig.apply((text) => writePrivateFile(local('kubeconfig', name), text));

  const provider = new k8s.Provider(
    'kubernetes',
    {
      kubeconfig,
      clusterIdentifier: generation,
      deleteUnreachable: true,
      // A run that was killed has made things that Pulumi does not know of; and what somebody changed is changed back.
      upsertExistingObjects: true,
      enablePatchForce: true,
      // A new key takes the old one's place, and is not missing for a moment.
      enableSecretMutable: true,
    },
    { deletedWith: resource },
  );
  const opts = { provider, deletedWith: resource };
  const installation = new FluxInstallation(fleet.flux, { providers: [provider], deletedWith: resource });
  const installed = { ...opts, dependsOn: [...installation.resources] };
  const keys = decryptionKeys(name, cluster, installed);
  fluxSource(name, installed, keys);
  receiver(pulumi.secret(receiverToken(name)), installed);
  alerts({ cluster: name, address: alertAddress(fleet.alerts) }, installed);
  return { kubeconfig, generation };
}

/** The repository, the key that reads it, and the root Flux Kustomization, which starts when it can decrypt. */
function fluxSource(cluster: string, opts: pulumi.CustomResourceOptions, decryptionKeys: pulumi.Resource): void {
  const git = new pulumi.StackReference(`organization/${pulumi.getProject()}/${gitServerStack}`);
  const output = (name: keyof GitServerOutputs) => git.requireOutput(name) as pulumi.Output<string>;
  const metadata = { name: flux, namespace: flux };
  const key = deployKey(cluster);
  const secret = new k8s.core.v1.Secret(
    'deploy-key',
    {
      metadata,
      stringData: {
        identity: pulumi.secret(key.privateKey),
        'identity.pub': key.publicKey,
        known_hosts: output('knownHosts'),
      },
    },
    opts,
  );
  const repository = new k8s.apiextensions.CustomResource(
    'repository',
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata,
      spec: {
        url: output('clusterUrl'),
        ref: { branch },
        secretRef: { name: flux },
        interval: pollInterval,
        timeout: '60s',
      },
    },
    { ...opts, dependsOn: [secret] },
  );
  new k8s.apiextensions.CustomResource(
    'root',
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: {
        sourceRef: { kind: 'GitRepository', name: flux },
        path: `./clusters/${cluster}`,
        interval: '10m',
        retryInterval: '1m',
        timeout: '3m',
        prune: true,
        // Flux is locked down: without a name here it would be reconciled as one who may do nothing.
        serviceAccountName: 'kustomize-controller',
        // Were this object ever removed by itself, the apps that it brought would stay.
        deletionPolicy: 'Orphan',
      },
    },
    { ...opts, dependsOn: [repository, decryptionKeys] },
  );
}
