import type { KustomizeAppOverlay } from '../../../model';
import type { KubernetesObject } from '../../../operate/build-check/object';

/** A folder as people have it, as the app `shop`. */
export interface Form {
  readonly form: string;
  /** The folder in `deploy/` that the app names. @default - `deploy` itself */
  readonly folder?: string;
  /** By their paths in `deploy/`. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Symbolic links by path, with their targets. */
  readonly links?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly namespaces?: 'own' | 'app';
  /** Whether the app has a secret, whose changes restart the pods that use it. */
  readonly secret?: boolean;
  /** What the cluster `dev` has. */
  readonly overlay?: KustomizeAppOverlay;
}

/** A folder that builds to what plain kustomize makes of it, with the namespace of the app where an object has none. */
export interface BuiltForm extends Form {
  /** What differs beyond that. @default - nothing */
  readonly otherwise?: (object: KubernetesObject) => KubernetesObject;
}

export interface RefusedForm extends Form {
  /** The whole message, line by line. */
  readonly message: readonly string[];
}

/** A ConfigMap. */
export const map = (name: string, rest = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${rest}`;

/** An object of a kind, as `v1/Service`, in JSON. */
export const object = (its: string, name: string, rest: object = {}) => {
  const [, apiVersion, kind] = /(.*)\/(.*)/.exec(its)!;
  return JSON.stringify({ apiVersion, kind, metadata: { name }, ...rest });
};

/** A list of objects in JSON. */
export const list = (kind: string, ...items: readonly string[]) =>
  `{"apiVersion":"v1","kind":"${kind}","items":[${items.join(',')}]}`;

export const namespace = (name: string) => object('v1/Namespace', name);

/** A Deployment that meets the strictest Pod Security Standard. */
export const deployment = (name: string, image = `registry.example.com/${name}:1.0`) => {
  const labels = { app: name };
  const capabilities = { drop: ['ALL'] };
  const securityContext = { allowPrivilegeEscalation: false, capabilities };
  const pod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
  const spec = { securityContext: pod, containers: [{ name, image, securityContext }] };
  const template = { metadata: { labels }, spec };
  return object('apps/v1/Deployment', name, { spec: { selector: { matchLabels: labels }, template } });
};
