import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifests } from '../../constructs/manifests';
import { schemaErrors } from '../manifests/schemas';
import { site } from '../manifests/site';
import { beside, example, examples } from './examples';

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
