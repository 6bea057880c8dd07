const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** A time as Flux writes it, so many times as long: twice `1m30s` is `180s`. */
export function times(duration: string, factor: number): string {
  const parts = [...duration.matchAll(/([\d.]+)(s|m|h)/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * seconds[unit!]!, 0);
  return `${Math.ceil(total * factor)}s`;
}
