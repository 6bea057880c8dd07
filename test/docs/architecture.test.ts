import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

/** The folders of the page, and what each may import, as the page has them. */
function documented(): Map<string, string[]> {
  const page = readFileSync('docs/architecture.md', 'utf8');
  const rows = page.matchAll(/^\| `([a-z.]+)\/?` +\|[^|]*\|([^|]*)\|$/gm);
  return new Map(
    [...rows].map(([, folder, may]) => [folder!, [...may!.matchAll(/`([a-z.]+?)\/?`/g)].map(([, name]) => name!)]),
  );
}

it('docs/architecture.md says of each folder what the rules let it import', async () => {
  const { default: config } = (await import(join(process.cwd(), '.dependency-cruiser.mjs'))) as {
    default: { forbidden: readonly { name: string; to: { pathNot: readonly string[] } }[] };
  };
  const rules = config.forbidden.filter(({ name }) => name.startsWith('layer-'));
  expect(rules.length).toBeGreaterThan(5);
  for (const { name, to } of rules) {
    const layer = name.replace('layer-', '');
    const allowed = to.pathNot.map((pattern) => pattern.replace(/^\^|[$/]+$/g, ''));
    expect(documented().get(layer)?.sort(), layer).toEqual(allowed.filter((each) => each !== layer).sort());
  }
});
