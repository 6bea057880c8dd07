import { isDeepStrictEqual } from 'node:util';

import { type Kind, kindOf, served } from './kinds';

/** Any Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** What a request asks for: a kind, and where it names one, an object. */
export interface Target extends Kind {
  readonly apiVersion: string;
  readonly namespace?: string;
  readonly object?: string;
  /** `status`, `log`. */
  readonly subresource?: string;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
}

/** The objects of a cluster, in memory, with the versions that an API server gives them. */
export class Store {
  readonly kinds = new Map<string, Kind[]>(
    Object.entries(served).map(([apiVersion, kinds]) => [apiVersion, kinds.map(kindOf)]),
  );
  readonly events: StoreEvent[] = [];
  /** Told of every change. */
  readonly listeners = new Set<(event: StoreEvent) => void>();
  private readonly objects = new Map<string, KubernetesObject>();

  /** Adds an object or puts it in the place of the one of its name. Its kind is served from now on. */
  put(object: KubernetesObject): KubernetesObject {
    const kinds = this.kinds.get(object.apiVersion) ?? [];
    if (!kinds.some(({ kind }) => kind === object.kind)) {
      this.kinds.set(object.apiVersion, [...kinds, kindOf(object.kind)]);
    }
    const old = this.objects.get(keyOf(object));
    const generation =
      (old?.metadata.generation ?? 0) + (old && isDeepStrictEqual(old['spec'], object['spec']) ? 0 : 1);
    const metadata = {
      uid: `uid-of-${keyOf(object)}`,
      creationTimestamp: new Date().toISOString(),
      generation,
      ...object.metadata,
      resourceVersion: String(this.events.length + 1),
    };
    return this.tell({ type: old ? 'MODIFIED' : 'ADDED', object: { ...object, metadata } });
  }

  remove(object: KubernetesObject): void {
    if (this.objects.has(keyOf(object))) this.tell({ type: 'DELETED', object });
  }

  find({ apiVersion, kind, namespace, object: name }: Target): KubernetesObject | undefined {
    return this.objects.get(keyOf({ apiVersion, kind, metadata: { name: name!, namespace } }));
  }

  list(target: Target, query: URLSearchParams): KubernetesObject[] {
    return [...this.objects.values()].filter((object) => matches(object, target, query));
  }

  private tell(event: StoreEvent): KubernetesObject {
    if (event.type === 'DELETED') this.objects.delete(keyOf(event.object));
    else this.objects.set(keyOf(event.object), event.object);
    this.events.push(event);
    for (const listener of this.listeners) listener(event);
    return event.object;
  }
}

/** Whether an object is of the kind, the namespace, the labels and the fields that a request asks for. */
export function matches(object: KubernetesObject, target: Target, query: URLSearchParams): boolean {
  return (
    object.apiVersion === target.apiVersion &&
    object.kind === target.kind &&
    (target.namespace === undefined || object.metadata.namespace === target.namespace) &&
    satisfies(query.get('labelSelector'), (key) => object.metadata.labels?.[key]) &&
    satisfies(query.get('fieldSelector'), (key) => fieldOf(object, key))
  );
}

/** @param selector `a=b,c!=d,e`: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#equality-based-requirement */
function satisfies(selector: string | null, value: (key: string) => string | undefined): boolean {
  return (selector ?? '').split(',').every((requirement) => {
    const [, key, operator, wanted] = /^([^=!]+)(!=|==?)?(.*)$/.exec(requirement) ?? [];
    if (!key) return true;
    if (!operator) return value(key) !== undefined;
    return (value(key) === wanted) !== (operator === '!=');
  });
}

function fieldOf(object: unknown, path: string): string | undefined {
  const field = path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], object);
  return field === undefined ? undefined : JSON.stringify(field).replaceAll('"', '');
}

function keyOf({ apiVersion, kind, metadata: { name, namespace = '' } }: KubernetesObject): string {
  return [apiVersion, kind, namespace, name].join('/');
}
