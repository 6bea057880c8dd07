/** Props over their defaults. A property that is `undefined` counts as left out. */
export function withDefaults<Defaults extends object, Props extends object>(
  defaults: Defaults,
  props: Props,
): Defaults & Props {
  const present = Object.entries(props).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(present) as Props) };
}

/** The object with the same keys, and each value replaced by what a function makes of it. */
export function mapValues<K extends string, V, W>(object: Readonly<Record<K, V>>, map: (value: V) => W): Record<K, W> {
  const entries = Object.entries<V>(object).map(([key, value]) => [key, map(value)]);
  return Object.fromEntries(entries) as Record<K, W>;
}
