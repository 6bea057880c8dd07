import { readFileSync } from 'node:fs';

import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { parseAllDocuments } from 'yaml';

import { FleetError, type Flux, type FluxInstance } from '../../model';
import { variable } from '../environment';
import { fluxInstanceObject } from './instance';
import { configured } from './controllers';

/** A Kubernetes object as a manifest has it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
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

/**
 * Whether an object stays in the cluster when Flux is installed in the other way from now on. The operator itself must go
 * when a cluster is moved back to Flux's own components: it would undo them.
 */
export function staysWhenMoved({ kind, metadata }: KubernetesObject): boolean {
  return !(kind === 'Deployment' && metadata.name === 'flux-operator');
}

/**
 * Flux in a cluster: its own components, locked down, or the Flux Operator with one FluxInstance.
 *
 * When a cluster is moved from one to the other, what the one made stays, and the other takes it over by server-side
 * apply under the same names: no definition goes, and so no object of it, and nothing that Flux brought is pruned.
 */
export class FluxInstallation extends pulumi.ComponentResource {
  /** Every object that was made. */
  readonly resources: readonly pulumi.Resource[];

  constructor(flux: Flux, opts?: pulumi.ComponentResourceOptions) {
    super('flux-fleet:cluster:Flux', flux.type === 'components' ? 'flux' : 'flux-operator', {}, opts);
    this.resources =
      flux.type === 'components'
        ? this.install(readManifest(variable('FLUX_FLEET_FLUX_COMPONENTS')).map(configured))
        : this.instance(flux, this.install(readManifest(variable('FLUX_FLEET_FLUX_OPERATOR'))));
    this.registerOutputs({});
  }

  private install(objects: readonly KubernetesObject[]): pulumi.Resource[] {
    const isFoundation = ({ kind }: KubernetesObject) => foundations.includes(kind);
    const first = objects.filter(isFoundation).map((object) => this.make(object, []));
    const rest = objects.filter((object) => !isFoundation(object)).map((object) => this.make(object, first));
    return [...first, ...rest];
  }

  private make(object: KubernetesObject, dependsOn: readonly pulumi.Resource[]): pulumi.Resource {
    const Kind = constructs[object.kind]!;
    return new Kind(object.metadata.name, object as never, {
      ...this.options(dependsOn),
      retainOnDelete: staysWhenMoved(object),
    });
  }

  /** The FluxInstance, which is waited for: Flux's own kinds are there once it is ready. */
  private instance(flux: FluxInstance, operator: readonly pulumi.Resource[]): pulumi.Resource[] {
    const object = new k8s.apiextensions.CustomResource('flux', fluxInstanceObject(flux), this.options(operator));
    return [...operator, object];
  }

  private options(dependsOn: readonly pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, dependsOn: [...dependsOn], retainOnDelete: true };
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
