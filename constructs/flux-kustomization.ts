import type { IKustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1/Kustomization';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { appLabel, clusterLabel } from './labels';

/** Which overlay a Flux Kustomization reconciles, and where. */
export interface FluxKustomizationProps {
  /** The app, whose name the Flux Kustomization has. */
  readonly app: string;
  /** The cluster, whose overlay of the app it reconciles. */
  readonly cluster: string;
}

/** The namespace of Flux, and the name of the GitRepository that Pulumi makes in it. */
export const fluxSystem = 'flux-system';

/**
 * The Flux Kustomization of one app in one cluster.
 *
 * https://fluxcd.io/flux/components/kustomize/kustomizations
 */
export class FluxKustomization extends ApiObject {
  constructor(scope: Construct, id: string, { app, cluster }: FluxKustomizationProps) {
    const object = {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: app, namespace: fluxSystem, labels: { [appLabel]: app, [clusterLabel]: cluster } },
      spec: {
        path: `./apps/${app}/overlays/${cluster}`,
        sourceRef: { kind: 'GitRepository', name: fluxSystem },
        // A push is reconciled as soon as the source has it. The interval is for drift alone.
        interval: '10m',
        retryInterval: '1m',
        timeout: '3m',
        prune: true,
        wait: true,
        // An app that a commit removes is gone when its Flux Kustomization is, and not sooner.
        deletionPolicy: 'WaitForTermination',
      },
    } as const satisfies IKustomization;
    super(scope, id, object);
  }
}
