/**
 * The text that gives a container exactly `value`. In variables and arguments, Kubernetes replaces `$(NAME)` by the
 * value of another variable, and `$$` by one `$`.
 *
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables
 */
export function literal(value: string): string {
  return value.replace(/\$(?=[$(])/g, '$$$$');
}

/** Environment variables in a container's format, sorted by name. */
export function literalEnv(env: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.keys(env)
    .sort()
    .map((name) => ({ name, value: literal(env[name]!) }));
}
