/** Names as a sentence lists them: `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `app-b and app-c wait for it`. */
export function waitersOf(names: readonly string[]): string {
  return `${listed(names)} ${names.length > 1 ? 'wait' : 'waits'} for it`;
}
