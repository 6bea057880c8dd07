import { type Controllers, fluxControllers, type FluxInstance, fluxNamespace, fluxVersion } from '../../model';
import { variable } from '../environment';
import { instancePatches } from './controllers';
import { type FluxProgram, readManifest } from './manifest';

/**
 * The object by which the Flux Operator installs Flux, locked down and with the arguments that Flux's own components
 * get. It syncs nothing: the repository and the root Flux Kustomization are the cluster's stack's.
 * https://fluxcd.control-plane.io/operator/fluxinstance
 */
export function fluxInstanceObject({ registry, pullSecret, size }: FluxInstance, controllers?: Controllers) {
  return {
    apiVersion: 'fluxcd.controlplane.io/v1',
    kind: 'FluxInstance',
    metadata: {
      name: 'flux',
      namespace: fluxNamespace,
      annotations: { 'pulumi.com/waitFor': 'condition=Ready', 'pulumi.com/timeoutSeconds': '300' },
    },
    spec: {
      distribution: { version: fluxVersion, registry, ...(pullSecret && { imagePullSecret: pullSecret }) },
      components: [...fluxControllers],
      cluster: {
        type: 'kubernetes',
        multitenant: true,
        tenantDefaultServiceAccount: 'default',
        networkPolicy: true,
        ...(size && { size }),
      },
      kustomize: { patches: instancePatches(controllers) },
    },
  };
}

export const instanceProgram: FluxProgram<FluxInstance> = {
  objects: () => readManifest(variable('FLUX_FLEET_FLUX_OPERATOR')),
  instance: fluxInstanceObject,
};
