import { isObject } from '../../model/validation/values';
import type { KubernetesObject } from '../build-check/object';
import { type Hide, isSecret } from './secrets';

/** Labels and annotations that change without any effect of their own. */
const noise = /^(helm\.sh\/chart|checksum\/.*|app\.kubernetes\.io\/(version|managed-by)|meta\.helm\.sh\/.*)$/;

/** What is left out of a comparison, for those who read it. */
export const noiseNames = 'helm.sh/chart, checksum/*, app.kubernetes.io/version, app.kubernetes.io/managed-by';

/** Changes with every commit, and may repeat a Secret. */
const bookkeeping =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|kustomize\.toolkit\.fluxcd\.io\/(name|namespace))$/;

export interface PrepareProps {
  readonly hide: Hide;
  /** Whether labels and annotations without an effect of their own are compared too. */
  readonly noise: boolean;
}

/** An object as it is compared and shown: without noise, and without any value of a secret. */
export function prepared(object: KubernetesObject, props: PrepareProps): KubernetesObject {
  const { sops, ...rest } = object;
  const shown = sops || isSecret(object) ? props.hide(rest) : rest;
  return withoutNoise(shown, props.noise) as KubernetesObject;
}

function withoutNoise(part: unknown, keeps: boolean, key = ''): unknown {
  if (Array.isArray(part)) return part.map((item) => withoutNoise(item, keeps));
  if (!isObject(part) || Object.getPrototypeOf(part) !== Object.prototype) return part;
  const isMeta = key === 'labels' || key === 'annotations';
  const entries = Object.entries(part)
    .filter(([name]) => !(isMeta && (bookkeeping.test(name) || (!keeps && noise.test(name)))))
    .map(([name, value]) => [name, withoutNoise(value, keeps, name)] as const)
    // Of maps of labels an empty one is as good as none.
    .filter(
      ([name, value]) => !(/^(labels|annotations)$/.test(name) && isObject(value) && Object.keys(value).length === 0),
    );
  return Object.fromEntries(entries);
}
