import { readFileSync } from 'node:fs';

import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { parseAllDocuments } from 'yaml';

import { FleetError } from '../../model';
import { lockedDown } from './lock-down';

/** A Kubernetes object as a manifest has it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What {@link Flux} is made from. */
export interface FluxArgs {
  /** Flux's own install manifest, as a file: https://github.com/fluxcd/flux2/releases */
  readonly components: string;
}

// `never`, because what a manifest holds is checked by the API server and not by the arguments' types.
type Construct = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** The kinds in Flux's install manifest. */
const constructs: Readonly<Record<string, Construct>> = {
  ClusterRole: k8s.rbac.v1.ClusterRole,
  ClusterRoleBinding: k8s.rbac.v1.ClusterRoleBinding,
  CustomResourceDefinition: k8s.apiextensions.v1.CustomResourceDefinition,
  Deployment: k8s.apps.v1.Deployment,
  Namespace: k8s.core.v1.Namespace,
  NetworkPolicy: k8s.networking.v1.NetworkPolicy,
  ResourceQuota: k8s.core.v1.ResourceQuota,
  Service: k8s.core.v1.Service,
  ServiceAccount: k8s.core.v1.ServiceAccount,
};
/** What must be there before an object that lives in it, or is of its kind. */
const foundations = ['CustomResourceDefinition', 'Namespace'];

/** Flux's controllers, with their definitions, roles and network policies, at the version of the manifest, locked down. */
export class Flux extends pulumi.ComponentResource {
  /** Every object of the manifest. */
  readonly resources: readonly pulumi.Resource[];

  constructor(name: string, { components }: FluxArgs, opts?: pulumi.ComponentResourceOptions) {
    super('flux-fleet:cluster:Flux', name, {}, opts);
    const objects = readManifest(components).map(lockedDown);
    const isFoundation = ({ kind }: KubernetesObject) => foundations.includes(kind);
    const first = objects.filter(isFoundation).map((object) => this.make(object, []));
    const rest = objects.filter((object) => !isFoundation(object)).map((object) => this.make(object, first));
    this.resources = [...first, ...rest];
    this.registerOutputs({});
  }

  private make(object: KubernetesObject, dependsOn: readonly pulumi.Resource[]): pulumi.Resource {
    const Kind = constructs[object.kind]!;
    return new Kind(object.metadata.name, object as never, {
      parent: this,
      dependsOn: [...dependsOn],
    });
  }
}

/**
 * The objects of a manifest file.
 *
 * @throws FleetError when the file cannot be read, or holds what Flux's install manifest does not.
 */
export function readManifest(file: string): KubernetesObject[] {
  const objects = parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
  const unknown = objects.find(({ kind }) => !constructs[kind]);
  if (objects.length > 0 && !unknown) return objects;
  throw new FleetError({
    place: file,
    problem: unknown
      ? `a ${unknown.kind} is not among the kinds that Flux's install manifest has`
      : 'it holds no object',
    next: 'Run `npm run fleet -- doctor` to see where the file comes from',
  });
}
