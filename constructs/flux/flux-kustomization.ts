import type { IKustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  appLabel,
  clusterLabel,
  decryptionSecret,
  fluxNamespace,
  fluxRoot,
  type HealthCheck,
  tenantLabel,
} from '../../model';

/** Which overlay a Flux Kustomization reconciles, where, and after what. */
export interface FluxKustomizationProps {
  /** The app or tenant, whose name the Flux Kustomization has. */
  readonly app: string;
  /** The cluster, whose overlay of it is reconciled. */
  readonly cluster: string;
  /** The folder of its overlays: of apps or of tenants. @default 'apps' */
  readonly folder?: 'apps' | 'tenants';
  /** The Flux Kustomizations that are ready before this one is applied. @default - none */
  readonly after?: readonly string[];
  /** How long it may take to be ready. @default '3m' */
  readonly timeout?: string;
  /** When custom resources are ready. @default - as their conditions say */
  readonly health?: readonly HealthCheck[];
}

/** By the keys that Pulumi gives to each cluster. */
const decryption = { provider: 'sops', secretRef: { name: decryptionSecret } } as const;

/**
 * The Flux Kustomization of one app in one cluster. All of a fleet's own are in Flux's namespace, so that nothing
 * refers to another namespace; they are applied by kustomize-controller itself, where tenants' are not.
 *
 * https://fluxcd.io/flux/components/kustomize/kustomizations
 */
export class FluxKustomization extends ApiObject {
  constructor(scope: Construct, id: string, props: FluxKustomizationProps) {
    const { app, cluster, folder = 'apps', after = [], timeout = '3m', health = [] } = props;
    const object = {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: {
        name: app,
        namespace: fluxNamespace,
        labels: { [folder === 'apps' ? appLabel : tenantLabel]: app, [clusterLabel]: cluster },
      },
      spec: {
        path: `./${folder}/${app}/overlays/${cluster}`,
        sourceRef: { kind: 'GitRepository', name: fluxRoot },
        serviceAccountName: 'kustomize-controller',
        // The root first: Flux would apply a new commit with the specification that it has, be it another by that commit,
        // and fail where the commit removes the app. So it waits until the root has applied the commit.
        dependsOn: [fluxRoot, ...[...after].sort()].map((name) => ({ name })),
        decryption,
        // A push is reconciled as soon as the source has it. The interval is for drift alone.
        interval: '10m',
        retryInterval: '1m',
        timeout,
        prune: true,
        // A tenant's own manifests are the tenant's: its walls stand, whether those are sound or not.
        wait: folder === 'apps',
        ...(health.length > 0 && { healthCheckExprs: [...health] }),
        // An app that a commit removes is gone when its Flux Kustomization is, and not sooner.
        deletionPolicy: 'WaitForTermination',
      },
    } as const satisfies IKustomization;
    super(scope, id, object);
  }
}
