import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as pulumi from '@pulumi/pulumi';
import type { MockResourceArgs } from '@pulumi/pulumi/runtime';

/** A resource that a stack's program asked Pulumi for. */
export type Asked = MockResourceArgs;

/** A folder of this test file's own for keys and kubeconfigs. */
export const directory = mkdtempSync(join(tmpdir(), 'flux-fleet-stacks-'));
// Not in a function: machine/paths.ts reads it when it is imported, which a test does after this file.
process.env['FLUX_FLEET_DIRECTORY'] = directory;

/**
 * Runs a stack's program without any engine, and gives the list of what it asks for.
 *
 * @param program gives an output of its last resource
 */
export async function run<T>(stack: string, program: () => pulumi.Input<T>): Promise<Asked[]> {
  const asked = await mockPulumi(stack);
  // Its value is known once everything that it depends on is there.
  await new Promise((resolve) => pulumi.output(program()).apply(resolve));
  await pulumi.runtime.disconnect();
  return asked;
}

/** Sets what `fleet env` prints, with small manifests in place of Flux's own. */
export function useManifests(): void {
  process.env['FLUX_FLEET_NODE_IMAGE'] = 'kindest/node:v1.36.3';
  process.env['FLUX_FLEET_FLUX_COMPONENTS'] = join(directory, 'install.yaml');
  process.env['FLUX_FLEET_FLUX_OPERATOR'] = join(directory, 'operator.yaml');
  writeFileSync(join(directory, 'install.yaml'), components);
  writeFileSync(join(directory, 'operator.yaml'), operator);
}

async function mockPulumi(stack: string): Promise<Asked[]> {
  useManifests();
  const asked: Asked[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource(args) {
        asked.push(args);
        return { id: `${args.name}-id`, state: { ...args.inputs, stdout: 'standard output' } };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    'flux-fleet',
    stack,
    false,
  );
  return asked;
}

const components = `
apiVersion: v1
kind: Namespace
metadata: {name: flux-system}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gitrepositories.source.toolkit.fluxcd.io}
spec: {group: source.toolkit.fluxcd.io, scope: Namespaced, names: {kind: GitRepository, plural: gitrepositories}, versions: []}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: kustomize-controller, namespace: flux-system}
spec:
  selector: {matchLabels: {app: kustomize-controller}}
  template: {spec: {containers: [{name: manager, args: [--log-level=info]}]}}
`;

const operator = `
apiVersion: v1
kind: Namespace
metadata: {name: flux-system}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: fluxinstances.fluxcd.controlplane.io}
spec: {group: fluxcd.controlplane.io, scope: Namespaced, names: {kind: FluxInstance, plural: fluxinstances}, versions: []}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: flux-operator, namespace: flux-system}
spec: {selector: {matchLabels: {app: flux-operator}}, template: {}}
`;
