import { readdirSync } from 'node:fs';

import { type Fleet, requiredSecrets, secretFile, secretMetadata } from '../../model';
import { filesUnder } from '../manifests/files';
import { encrypted } from '../manifests/site';

/** The names of the examples. */
export const examples = readdirSync('docs/examples')
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace('.ts', ''));

/** An example's fleet. */
export async function example(name: string): Promise<Fleet> {
  return ((await import(`../../docs/examples/${name}.ts`)) as { readonly default: Fleet }).default;
}

/** What an example's fleet.ts has beside it: the folders that it names, and every secret that it requires. */
export function beside(fleet: Fleet): Record<string, string> {
  const keys = new Map<string, { app: string; keys: string[] }>();
  for (const { cluster, app, key } of requiredSecrets(fleet)) {
    const path = secretFile(cluster, app);
    keys.set(path, { app, keys: [...(keys.get(path)?.keys ?? []), key] });
  }
  const secrets = [...keys].map(([path, { app, keys: taken }]) => {
    const { name, namespace } = secretMetadata(fleet, app);
    return [path, encrypted(name, taken, { namespace })] as const;
  });
  return Object.fromEntries([...filesUnder('docs/examples'), ...secrets]);
}
