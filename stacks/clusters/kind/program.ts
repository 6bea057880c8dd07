import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { stringify } from 'yaml';
import { thisOwner } from '../../../machine/clone';
import { intentFile } from '../../../machine/ownership';
import {
  adoptedGeneration,
  type FleetName,
  generationMark,
  kindClusterLabel,
  type KindCluster as KindClusterModel,
  kindClusterName,
  kindControlPlane,
  ownerMark,
} from '../../../model';
import { repositoryProvider } from '../../repositories';
import type { ClusterTarget, ProvidedCluster } from '../provider';
import { generation, kindConfig, type ReadMark, settings } from './generation';
import { nodesOf } from './provider';

/** @param readMark reads the mark of the cluster that is there. @default - from the container of its control plane */
export function provide(target: ClusterTarget<KindClusterModel>, readMark?: ReadMark): ProvidedCluster {
  return new KindCluster(target, readMark);
}

/**
 * A kind cluster on the fleet's network, whose nodes all reach the repository. One that was deleted, or that a killed run
 * did not complete, is created again by the next `up`; one of this clone is kept; one of somebody else is refused.
 */
class KindCluster extends pulumi.ComponentResource implements ProvidedCluster {
  readonly kubeconfig: pulumi.Output<string>;
  readonly identity: string;
  readonly resource: pulumi.Resource;

  constructor(target: ClusterTarget<KindClusterModel>, readMark?: ReadMark) {
    const { fleet, name, cluster } = target;
    super('flux-fleet:cluster:KindCluster', name, {});
    const config = kindConfig(cluster);
    const { image, network } = settings(target);
    this.identity = generation(kindControlPlane(fleet, name), settings(target), readMark);
    const common = { interpreter: ['/bin/bash', '-c'], addPreviousOutputInEnv: false };
    const { host, port, isSsh = true } = repositoryProvider(fleet).endpoint(fleet);
    const made = new command.local.Command(
      'kind',
      {
        ...common,
        create: script('create.sh'),
        delete: script('delete.sh'),
        stdin: stringify(config),
        environment: {
          CLUSTER: kindClusterName(fleet, name),
          GENERATION: this.identity,
          IMAGE: image,
          ...ownership(fleet, kindClusterName(fleet, name)),
          KIND_EXPERIMENTAL_DOCKER_NETWORK: network,
        },
        triggers: [this.identity],
        logging: command.local.Logging.None,
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        // It is a path of the clone that creates the cluster; the fleet may have several.
        ignoreChanges: ['environment.INTENT'],
        additionalSecretOutputs: ['stdout'],
        customTimeouts: { create: '10m' },
      },
    );
    const reached = new command.local.Command(
      'reach',
      {
        ...common,
        create: script('reach.sh'),
        environment: {
          NODES: nodesOf(target).join(' '),
          HOST: host,
          PORT: String(port),
          ...(!isSsh && { BANNER: '' }),
        },
        triggers: [this.identity],
      },
      { parent: this, dependsOn: made },
    );
    this.resource = made;
    this.kubeconfig = pulumi.secret(pulumi.all([made.stdout, reached.id]).apply(([kubeconfig]) => kubeconfig));
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}

/** How the scripts recognize a cluster of this clone, and mark one that they create. */
function ownership(fleet: FleetName, kindCluster: string): Record<string, string> {
  const owner = thisOwner(fleet.name);
  return {
    CLONE: owner.clone,
    OWNER: JSON.stringify(owner),
    INTENT: intentFile(kindCluster),
    CLUSTER_LABEL: kindClusterLabel,
    OWNER_MARK: ownerMark,
    GENERATION_MARK: generationMark,
    ADOPTED: adoptedGeneration,
  };
}

function script(file: string): string {
  return readFileSync(join(__dirname, file), 'utf8');
}
