/**
 * The text that reaches a container as `value`. Kubernetes reads `$(NAME)` in variables and
 * arguments as another variable's value, and `$$` as one `$`: a value in `fleet.ts` is what the app
 * gets, to the letter.
 *
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables
 */
export function literal(value: string): string {
  return value.replace(/\$(?=[$(])/g, '$$$$');
}

/** Environment variables as a container has them, sorted by name. */
export function literalEnv(env: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.keys(env)
    .sort()
    .map((name) => ({ name, value: literal(env[name]!) }));
}
