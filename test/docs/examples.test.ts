import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifests } from '../../constructs/manifests';
import construct from '../../docs/examples/own-construct';
import defaultFleet from '../../docs/examples/default';
import first from '../../docs/examples/first';
import fluxInstance from '../../docs/examples/flux-instance';
import helm from '../../docs/examples/helm';
import folder from '../../docs/examples/kustomize-folder';
import ordering from '../../docs/examples/ordering';
import overlay from '../../docs/examples/overlay';
import patch from '../../docs/examples/patch';
import recipients from '../../docs/examples/recipients';
import secret from '../../docs/examples/secret';
import tenant from '../../docs/examples/tenant';
import { type Fleet, requiredSecrets, secretFile, secretMetadata } from '../../model';
import { filesUnder } from '../manifests/files';
import { schemaErrors } from '../manifests/schemas';
import { encrypted, site } from '../manifests/site';

const examples: Readonly<Record<string, Fleet>> = {
  default: defaultFleet,
  first,
  'flux-instance': fluxInstance,
  helm,
  'kustomize-folder': folder,
  ordering,
  overlay,
  'own-construct': construct,
  patch,
  recipients,
  secret,
  tenant,
};

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
  it('are all tried, and all named by the page that lists them', () => {
    const files = readdirSync('docs/examples').filter((name) => name.endsWith('.ts'));
    expect(files.sort()).toEqual(Object.keys(examples).map((name) => `${name}.ts`));
    const page = readFileSync('docs/examples/README.md', 'utf8');
    for (const file of files) expect(page).toContain(`(${file})`);
  });

  it.each(Object.entries(examples))('%s is synthesised into objects that keep their schemas', (_, fleet) => {
    const tree = [...manifests(fleet, site(beside(fleet)))];
    const objects = tree.filter(
      ([path, content]) => typeof content === 'object' && !/(\/kustomization|-patch)\.yaml$/.test(path),
    );
    expect(objects.length).toBeGreaterThan(0);
    for (const [path, object] of objects) expect(schemaErrors(object as object), path).toEqual([]);
  });

  it('are short enough to copy', () => {
    for (const name of Object.keys(examples)) {
      expect(readFileSync(`docs/examples/${name}.ts`, 'utf8').split('\n').length, name).toBeLessThanOrEqual(45);
    }
  });
});
