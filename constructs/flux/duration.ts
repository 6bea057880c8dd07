const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** A duration in Flux's format, multiplied: `1m30s` times 2 is `180s`. */
export function times(duration: string, factor: number): string {
  const parts = [...duration.matchAll(/([\d.]+)(s|m|h)/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * seconds[unit!]!, 0);
  return `${Math.ceil(total * factor)}s`;
}
