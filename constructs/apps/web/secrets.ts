import type { k8s } from 'cdk8s-plus-28';
import type { WebApp } from '../../../model';
import { literalEnv } from './literal';

/** Files of secrets may be read by the container's user and group, and by nobody else: 0440. */
const fileMode = 0o440;

/** The variables of a web app's container, sorted by name: those that `fleet.ts` says, and those from its Secret. */
export function variables(app: string, { env, secrets }: WebApp): k8s.EnvVar[] {
  const secret = Object.entries(secrets).flatMap(([key, { type, ...taken }]) =>
    type === 'env'
      ? [{ name: ('name' in taken && taken.name) || key, valueFrom: { secretKeyRef: { name: app, key } } }]
      : [],
  );
  return [...literalEnv(env), ...secret].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One volume for each folder that takes files from the app's Secret, and where the container has it. */
export function secretVolumes(app: string, { secrets }: WebApp): { volumes: k8s.Volume[]; mounts: k8s.VolumeMount[] } {
  const folders = new Map<string, string[]>();
  for (const [key, secret] of Object.entries(secrets)) {
    if (secret.type === 'file') folders.set(secret.folder, [...(folders.get(secret.folder) ?? []), key]);
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

/** `/etc/tls` as the name of a volume: `secret-etc-tls`. */
function volumeName(folder: string): string {
  return `secret${folder.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 63).replace(/-+$/, '');
}
