/** Props over their defaults. A property that is `undefined` counts as left out. */
export function withDefaults<Defaults extends object, Props extends object>(
  defaults: Defaults,
  props: Props,
): Defaults & Props {
  const present = Object.entries(props).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(present) as Props) };
}

/** Props once the defaults are in: all of them are there, but those that have no default. */
export type Complete<Props, Optional extends keyof Props> = Required<Omit<Props, Optional>> & Pick<Props, Optional>;

/** An object with the same keys, and with the results of a function as values. */
export function mapValues<K extends string, V, W>(object: Readonly<Record<K, V>>, map: (value: V) => W): Record<K, W> {
  const entries = Object.entries<V>(object).map(([key, value]) => [key, map(value)]);
  return Object.fromEntries(entries) as Record<K, W>;
}
