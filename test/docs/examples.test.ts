import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifests } from '../../constructs/manifests';
import { type Fleet, requiredSecrets, secretFile, secretMetadata } from '../../model';
import { filesUnder } from '../manifests/files';
import { schemaErrors } from '../manifests/schemas';
import { encrypted, site } from '../manifests/site';

const examples = readdirSync('docs/examples')
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace('.ts', ''));

async function example(name: string): Promise<Fleet> {
  return ((await import(`../../docs/examples/${name}.ts`)) as { readonly default: Fleet }).default;
}

/** What an example's fleet.ts has beside it: the folders that it names, and every secret that it requires. */
function beside(fleet: Fleet): Record<string, string> {
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

describe('the examples', () => {
  it('are all named by the page that lists them', () => {
    const page = readFileSync('docs/examples/README.md', 'utf8');
    for (const name of examples) expect(page).toContain(`(${name}.ts)`);
  });

  it.each(examples)('%s is synthesised into objects that keep their schemas', async (name) => {
    const fleet = await example(name);
    const tree = [...manifests(fleet, site(beside(fleet)))];
    const objects = tree.filter(
      ([path, content]) => typeof content === 'object' && !/(\/kustomization|-patch)\.yaml$/.test(path),
    );
    expect(objects.length).toBeGreaterThan(0);
    for (const [path, object] of objects) expect(schemaErrors(object as object), path).toEqual([]);
  });

  it('are short enough to copy', () => {
    for (const name of examples) {
      expect(readFileSync(`docs/examples/${name}.ts`, 'utf8').split('\n').length, name).toBeLessThanOrEqual(45);
    }
  });
});
