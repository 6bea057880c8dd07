/** Props over their defaults. A key that is `undefined` counts as left out. */
export function withDefaults<Defaults extends object, Props extends object>(
  defaults: Defaults,
  props: Props,
): Defaults & Props {
  const said = Object.entries(props).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(said) as Props) };
}
