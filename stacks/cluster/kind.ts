import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { stringify } from 'yaml';

import { thisOwner } from '../../machine/clone';
import { intentFile } from '../../machine/ownership';
import { gitServerHost, type KindCluster as KindClusterModel, kindName, nodeNames } from '../../model';
import { generation, type ReadMark } from './generation';

/** What a {@link KindCluster} is made from. */
export interface KindClusterArgs {
  /** The cluster's name in `fleet.ts`. */
  readonly name: string;
  readonly cluster: KindClusterModel;
  /** The nodes' image: https://kind.sigs.k8s.io/docs/user/quick-start#building-images */
  readonly image: string;
  /** The Docker network that the nodes are on. */
  readonly network: string;
  /** @default - reads it from the control plane's container */
  readonly readMark?: ReadMark;
}

/** kind's own description of a cluster: https://kind.sigs.k8s.io/docs/user/configuration */
export function kindConfig({ workers, ports }: KindClusterModel): object {
  const extraPortMappings = Object.entries(ports).map(([hostPort, containerPort]) => ({
    hostPort: Number(hostPort),
    containerPort,
    listenAddress: '127.0.0.1',
  }));
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      { role: 'control-plane', ...(extraPortMappings.length > 0 && { extraPortMappings }) },
      ...Array.from({ length: workers }, () => ({ role: 'worker' })),
    ],
  };
}

/**
 * A kind cluster on the fleet's network, from each of whose nodes the git server is reached. One that was deleted, or
 * that a killed run left half made, is made anew on the next `up`; one that stands and is this clone's is gone on with;
 * anybody else's is refused.
 */
export class KindCluster extends pulumi.ComponentResource {
  readonly kubeconfig: pulumi.Output<string>;
  /** Differs between any two clusters, even of the same name. */
  readonly generation: string;
  /** What stands and falls with the cluster: name it in `deletedWith`. */
  readonly resource: pulumi.Resource;

  constructor({ name, cluster, image, network, readMark }: KindClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super('flux-fleet:cluster:KindCluster', name, {}, opts);
    const config = kindConfig(cluster);
    this.generation = generation(name, { config, image, network }, readMark);
    const common = { interpreter: ['/bin/bash', '-c'], addPreviousOutputInEnv: false };
    const made = new command.local.Command(
      'kind',
      {
        ...common,
        create: script('create.sh'),
        delete: script('delete.sh'),
        stdin: stringify(config),
        environment: {
          CLUSTER: kindName(name),
          GENERATION: this.generation,
          IMAGE: image,
          ...ownership(name, network),
          KIND_EXPERIMENTAL_DOCKER_NETWORK: network,
        },
        triggers: [this.generation],
        logging: command.local.Logging.None,
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        additionalSecretOutputs: ['stdout'],
        customTimeouts: { create: '10m' },
      },
    );
    const reached = new command.local.Command(
      'reach',
      {
        ...common,
        create: script('reach.sh'),
        environment: { NODES: nodeNames(name, cluster).join(' '), HOST: gitServerHost },
        triggers: [this.generation],
      },
      { parent: this, dependsOn: made },
    );
    this.resource = made;
    // Whoever has the kubeconfig has a cluster that reaches the git server.
    this.kubeconfig = pulumi.secret(pulumi.all([made.stdout, reached.id]).apply(([kubeconfig]) => kubeconfig));
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}

/** By what the scripts know that a cluster is this clone's, and mark one that they make. */
function ownership(cluster: string, fleet: string): Record<string, string> {
  const owner = thisOwner(fleet);
  return { CLONE: owner.clone, OWNER: JSON.stringify(owner), INTENT: intentFile(kindName(cluster)) };
}

function script(file: string): string {
  return readFileSync(join(__dirname, file), 'utf8');
}
