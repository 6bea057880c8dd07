import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { writeFirstFleet } from '../../cli/init';
import { site } from '../manifests/site';

const example = { 'docs/examples/first.ts': readFileSync('docs/examples/first.ts', 'utf8') };

describe('init', () => {
  it('writes a fleet.ts that imports the model of the clone, and nothing else', () => {
    const root = site(example);
    expect(writeFirstFleet(root)).toContain('Wrote fleet.ts.\n');
    expect(readdirSync(root).sort()).toEqual(['docs', 'fleet.ts']);
    const written = readFileSync(join(root, 'fleet.ts'), 'utf8');
    expect(written).toContain("from './model'");
    expect(written).not.toContain('../');
  });

  it('overwrites nothing, and names what is there', () => {
    const root = site({ ...example, 'fleet.ts': 'mine', 'charts/own/Chart.yaml': '', '.sops.yaml': '' });
    expect(() => writeFirstFleet(root)).toThrow(/not overwritten: fleet\.ts, charts, \.sops\.yaml/);
    expect(readFileSync(join(root, 'fleet.ts'), 'utf8')).toBe('mine');
  });

  it('leaves the other files of the user as they are, and names them', () => {
    const root = site({ ...example, 'images.json': '{}' });
    writeFileSync(join(root, '.sops.yaml'), 'rules');
    expect(writeFirstFleet(root)).toContain('images.json, .sops.yaml: left as before');
    expect(readFileSync(join(root, '.sops.yaml'), 'utf8')).toBe('rules');
  });
});
