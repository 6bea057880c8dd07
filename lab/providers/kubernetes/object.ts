import { isProps, type Props } from '../rpc/values';

/** A Kubernetes object, as far as every kind has the same. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: Props;
  readonly status?: Status;
  readonly [field: string]: unknown;
}

export interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly [field: string]: unknown;
}

export interface Status {
  readonly observedGeneration?: number;
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
  readonly [field: string]: unknown;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** A list as the API gives it. */
export interface List<Item = KubernetesObject> {
  readonly items: readonly Item[];
}

/** Annotations that change how one object is handled: `pulumi.com/skipAwait` and others. */
export function annotation(object: Props, name: string): string | undefined {
  const { metadata } = object;
  const annotations = isProps(metadata) && isProps(metadata.annotations) ? metadata.annotations : {};
  const value = annotations[`pulumi.com/${name}`];
  return typeof value === 'string' ? value : undefined;
}

export function condition({ status }: KubernetesObject, type: string): Condition | undefined {
  return status?.conditions?.find((candidate) => candidate.type === type);
}

export function label({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}
