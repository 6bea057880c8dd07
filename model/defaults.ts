/** Props over their defaults. A key that is `undefined` counts as absent. */
export function withDefaults<Defaults extends object, Props extends object>(
  defaults: Defaults,
  props: Props,
): Defaults & Props {
  const given = Object.entries(props).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(given) as Props) };
}
