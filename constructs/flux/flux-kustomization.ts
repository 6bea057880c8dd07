import type { IKustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  appLabel,
  clusterLabel,
  decryptionSecret,
  fluxInterval,
  fluxNamespace,
  fluxRoot,
  type HealthCheck,
  inFolder,
  overlayFolder,
  type PostBuild,
  shardLabels,
  tenantLabel,
  type UnitsFolder,
} from '../../model';
import { sortedKeys } from '../files/object';

export interface FluxKustomizationProps {
  /** The name of the app or tenant, which is also the name of the Flux Kustomization. */
  readonly app: string;
  /** The cluster, which selects the overlay. */
  readonly cluster: string;
  /** The folder of the fleet's files in the repository. @default - its top */
  readonly root?: string;
  /** The folder of the app or tenant. @default 'apps' */
  readonly folder?: UnitsFolder;
  /** The Flux Kustomizations that must be ready before this one is applied. @default - none */
  readonly after?: readonly string[];
  /** How long it may take to become ready. @default '3m' */
  readonly timeout?: string;
  /** The set of Flux's controllers that applies it. @default - the one that applies everything else */
  readonly shard?: string;
  /** When custom resources are ready. @default - when their `Ready` condition is true */
  readonly health?: readonly HealthCheck[];
  /** Whether an object is deleted and created again where it cannot be changed. @default false */
  readonly force?: boolean;
  /** The variables of its objects. @default - `${…}` stays as it is */
  readonly postBuild?: PostBuild;
}

/** With the keys that Pulumi gives to each cluster. */
const decryption = { provider: 'sops', secretRef: { name: decryptionSecret } } as const;

/**
 * The Flux Kustomization of one app in one cluster. It is in Flux's namespace, so that it does not refer to another
 * namespace, and it uses the permissions of kustomize-controller itself, unlike those of tenants.
 *
 * https://fluxcd.io/flux/components/kustomize/kustomizations
 */
export class FluxKustomization extends ApiObject {
  constructor(scope: Construct, id: string, props: FluxKustomizationProps) {
    const {
      app,
      cluster,
      root = '',
      folder = 'apps',
      after = [],
      timeout = '3m',
      health = [],
      force,
      postBuild,
      shard,
    } = props;
    const object = {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: {
        name: app,
        namespace: fluxNamespace,
        labels: {
          [folder === 'apps' ? appLabel : tenantLabel]: app,
          [clusterLabel]: cluster,
          ...shardLabels(shard),
        },
      },
      spec: {
        path: `./${inFolder(root, overlayFolder(folder, app, cluster))}`,
        sourceRef: { kind: 'GitRepository', name: fluxRoot },
        serviceAccountName: 'kustomize-controller',
        // The root comes first: Flux would apply a new commit with the specification from before the commit, and fail if the
        // commit removes the app. So it waits until the root has applied the commit.
        dependsOn: [fluxRoot, ...[...after].sort()].map((name) => ({ name })),
        decryption,
        // A push is reconciled as soon as the source has fetched it. The interval is only for drift.
        interval: fluxInterval,
        retryInterval: '1m',
        timeout,
        prune: true,
        // A tenant's isolation is ready even if its own manifests are not.
        wait: folder === 'apps',
        ...(force && { force }),
        ...(postBuild && { postBuild: sortedKeys<object>(postBuild) }),
        ...(health.length > 0 && { healthCheckExprs: [...health] }),
        // When a commit removes an app, its Flux Kustomization stays until all the app's objects are deleted.
        deletionPolicy: 'WaitForTermination',
      },
    } as const satisfies IKustomization;
    super(scope, id, object);
  }
}
