import { createHash } from 'node:crypto';
import type { k8s } from 'cdk8s-plus-28';
import { secretsOfType, type WebApp } from '../../../model';

/** Only the container's user and group can read the files of secrets. */
const fileMode = 0o440;

const maxLabel = 63;

/** The variables of a web app's container, from `fleet.ts` and from the app's Secret, sorted by name. */
export function variables(app: string, { env, secrets }: WebApp): k8s.EnvVar[] {
  const fromSecret = secretsOfType(secrets, 'env').map(([key, { name }]) => ({
    name: name || key,
    valueFrom: { secretKeyRef: { name: app, key } },
  }));
  return [...literalEnv(env), ...fromSecret].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One volume for each folder with files from the app's Secret, and its mount in the container. */
export function secretVolumes(app: string, { secrets }: WebApp): { volumes: k8s.Volume[]; mounts: k8s.VolumeMount[] } {
  const folders = new Map<string, string[]>();
  for (const [key, { folder }] of secretsOfType(secrets, 'file')) {
    folders.set(folder, [...(folders.get(folder) ?? []), key]);
  }
  const sorted = [...folders].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    volumes: sorted.map(([folder, keys]) => ({
      name: volumeName(folder),
      secret: {
        secretName: app,
        defaultMode: fileMode,
        items: keys.sort().map((key) => ({ key, path: key })),
      },
    })),
    mounts: sorted.map(([folder]) => ({ name: volumeName(folder), mountPath: folder, readOnly: true })),
  };
}

/**
 * A folder as the name of a volume: `/etc/tls` as `secret-etc-tls`. Where a name cannot hold all of the folder, a hash of
 * it makes the difference, so that `/etc/my-app` and `/etc/my_app` have two volumes.
 */
function volumeName(folder: string): string {
  const name = `secret${folder.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  if (/^(\/[a-z0-9]+)+$/.test(folder) && name.length <= maxLabel) return name;
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 8);
  return `${name.slice(0, maxLabel - 9).replace(/-+$/, '')}-${hash}`;
}

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
