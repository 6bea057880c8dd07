import { fluxControllers, type FluxInstance, fluxNamespace, fluxVersion, shardLabel } from '../../model';
import { variable } from '../environment';
import { instancePatches, userPatches } from './controllers';
import { type FluxProgram, type FluxSettings, readManifest } from './manifest';

/**
 * The object by which the Flux Operator installs Flux, locked down and with the arguments that Flux's own components
 * get. The fleet's repository and the root Flux Kustomization are the cluster's stack's: it syncs what else the user wants.
 * https://fluxcd.control-plane.io/operator/fluxinstance
 */
export function fluxInstanceObject(flux: FluxInstance, { controllers, platform = 'kubernetes' }: FluxSettings = {}) {
  const { registry, pullSecret, size, distribution, sharding, sync, patches = [] } = flux;
  return {
    apiVersion: 'fluxcd.controlplane.io/v1',
    kind: 'FluxInstance',
    metadata: {
      name: 'flux',
      namespace: fluxNamespace,
      annotations: { 'pulumi.com/waitFor': 'condition=Ready', 'pulumi.com/timeoutSeconds': '300' },
    },
    spec: {
      distribution: {
        version: fluxVersion,
        registry,
        ...(pullSecret && { imagePullSecret: pullSecret }),
        ...distribution,
      },
      components: [...fluxControllers],
      cluster: {
        type: platform,
        multitenant: true,
        tenantDefaultServiceAccount: 'default',
        networkPolicy: true,
        ...(size && { size }),
      },
      ...(sharding && { sharding: { key: shardLabel, ...sharding } }),
      ...(sync && { sync }),
      kustomize: { patches: [...instancePatches(controllers, sharding?.shards), ...userPatches(patches)] },
    },
  };
}

export const instanceProgram: FluxProgram<FluxInstance> = {
  objects: () => readManifest(variable('FLUX_FLEET_FLUX_OPERATOR')),
  instance: fluxInstanceObject,
};
