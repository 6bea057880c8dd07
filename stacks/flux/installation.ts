import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { Flux } from '../../model';
import { fluxModels } from '../../model/flux';
import { fluxPrograms } from '.';
import type { FluxSettings, KubernetesObject, manifestKinds } from './manifest';

// `never`, because the API server checks what a manifest has, and not the types of arguments.
type Construct = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

const constructs: { readonly [Kind in (typeof manifestKinds)[number]]: Construct } = {
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
/** The kinds that must be there before the objects that are in them, or of their kinds. */
const foundations = ['CustomResourceDefinition', 'Namespace'];

/**
 * Whether an object stays in the cluster when Flux is installed in another way from now on. The operator itself must be
 * removed when a cluster is moved back to Flux's own components: it would undo them.
 */
export function staysWhenMoved({ kind, metadata }: KubernetesObject): boolean {
  return !(kind === 'Deployment' && metadata.name === 'flux-operator');
}

export interface InstallationProps extends FluxSettings {
  /** Annotations of the namespace of Flux. @default - none */
  readonly marks?: Readonly<Record<string, string>>;
}

function marked(object: KubernetesObject, marks: Readonly<Record<string, string>>): KubernetesObject {
  const { kind, metadata } = object;
  if (kind !== 'Namespace' || Object.keys(marks).length === 0) return object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...marks } } };
}

/**
 * Flux in a cluster, in the way that the fleet sets.
 *
 * When a cluster is moved from one way to another, the objects of the first stay, and the other takes them over by
 * server-side apply under the same names: no definition is removed, so no object of it, and nothing is pruned.
 */
export class FluxInstallation extends pulumi.ComponentResource {
  readonly resources: readonly pulumi.Resource[];

  constructor(flux: Flux, { marks = {}, ...settings }: InstallationProps, opts?: pulumi.ComponentResourceOptions) {
    super('flux-fleet:cluster:Flux', fluxModels.of(flux).release(flux), {}, opts);
    const program = fluxPrograms.of(flux);
    const installed = this.install(program.objects(flux, settings).map((object) => marked(object, marks)));
    const instance = program.instance?.(flux, settings);
    this.resources = instance ? [...installed, this.instance(instance, installed)] : installed;
    this.registerOutputs({});
  }

  private install(objects: readonly KubernetesObject[]): pulumi.Resource[] {
    const isFoundation = ({ kind }: KubernetesObject) => foundations.includes(kind);
    const first = objects.filter(isFoundation).map((object) => this.make(object, []));
    const rest = objects.filter((object) => !isFoundation(object)).map((object) => this.make(object, first));
    return [...first, ...rest];
  }

  private make(object: KubernetesObject, dependsOn: readonly pulumi.Resource[]): pulumi.Resource {
    const Kind = constructs[object.kind as keyof typeof constructs];
    return new Kind(object.metadata.name, object as never, {
      ...this.options(dependsOn),
      retainOnDelete: staysWhenMoved(object),
    });
  }

  /** An object that installs Flux. It is waited for: Flux's own kinds are there once it is ready. */
  private instance(object: KubernetesObject, operator: pulumi.Resource[]): pulumi.Resource {
    return new k8s.apiextensions.CustomResource(object.metadata.name, object, this.options(operator));
  }

  private options(dependsOn: readonly pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, dependsOn: [...dependsOn], retainOnDelete: true };
  }
}
