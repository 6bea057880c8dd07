interface Named {
  readonly name: string;
}

/** https://kubernetes.io/docs/reference/config-api/kubeconfig.v1 */
export interface Kubeconfig {
  readonly apiVersion: 'v1';
  readonly kind: 'Config';
  readonly 'current-context'?: string;
  readonly clusters: readonly Named[];
  readonly contexts: readonly Named[];
  readonly users: readonly Named[];
}

/** One kubeconfig of several: a later entry replaces an earlier one of the same name; the first current context stays. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const merge = (key: 'clusters' | 'contexts' | 'users') => {
    const entries = configs.flatMap((config) => config[key] ?? []);
    return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
  };
  return {
    ...configs[0],
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': configs.map((config) => config['current-context']).find(Boolean),
    clusters: merge('clusters'),
    contexts: merge('contexts'),
    users: merge('users'),
  };
}
