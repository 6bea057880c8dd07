import { deployment } from './flux';
import type { KubernetesObject } from './store';

export interface PodsProps {
  readonly image: string;
  /** Since when they are ready, in RFC 3339. @default - they are not ready */
  readonly since?: string;
  /** @default 1 */
  readonly count?: number;
  /** @default `<app>-<number>` */
  readonly name?: string;
}

/** A Deployment that Flux made for an app, with the pods that it selects. */
export function deploymentWithPods(app: string, ...pods: readonly PodsProps[]): KubernetesObject[] {
  const all = pods.flatMap(({ count = 1, ...props }, index) =>
    Array.from({ length: count }, (_, number) => pod(app, { name: `${app}-${index}${number}`, ...props })),
  );
  const ready = pods.filter(({ since }) => since).reduce((sum, { count = 1 }) => sum + count, 0);
  const object = deployment(app, { ready, replicas: all.length }, pods.at(-1)!.image);
  const spec = { ...(object['spec'] as object), selector: { matchLabels: { app } } };
  return [{ ...object, spec }, ...all];
}

function pod(app: string, { name, image, since }: PodsProps): KubernetesObject {
  const ready = { type: 'Ready', status: since ? 'True' : 'False', lastTransitionTime: since };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: name!, namespace: app, labels: { app } },
    spec: { containers: [{ name: app, image }] },
    status: { phase: 'Running', conditions: [ready] },
  };
}
