import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { repositoryRoot } from '../machine/paths';
import { toolFolders } from './docs/tool-files';

const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', 'lab/README.md'];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
/** What stands between backticks or in a block, in every document. */
const found = (pattern: RegExp) =>
  documents.flatMap((file) => [...read(file).matchAll(pattern)].map((match) => match[1]!));

describe('the documents', () => {
  it('name only scripts that there are', () => {
    const named = found(/npm run (?:-s )?([a-z0-9-]+)/g);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('name only subcommands that there are', () => {
    const files = readdirSync(join(repositoryRoot, 'cli')).filter((file) =>
      read(`cli/${file}`).includes('function register('),
    );
    const commands = files.map((file) => file.replace('.ts', ''));
    const named = found(/npm run (?:-s )?fleet -- ([a-z]+)/g);
    expect(named).toContain('env');
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  });

  it('name only files and folders that there are', () => {
    const named = found(/`((?:[a-z.]+\/)+(?:[\w.-]+\.(?:ts|mjs|md|json|yaml))?|[\w-]+\.(?:ts|json|yaml|mjs))`/g);
    // What a clone makes for itself, or a fleet's repository holds.
    const elsewhere =
      /^(\.fleet|secrets|clusters|apps|tenants|infrastructure)\/|^\.sops\.yaml$|^(fleet\.ts|install\.yaml)$/;
    const missing = named.filter((path) => !elsewhere.test(path) && !existsSync(join(repositoryRoot, path)));
    const inLab = missing.filter((path) => !existsSync(join(repositoryRoot, 'lab', path)));
    expect(named.length).toBeGreaterThan(10);
    expect(inLab).toEqual([]);
  });

  it('map every folder of the tool', () => {
    const map = read('README.md');
    expect(toolFolders().filter((folder) => !map.includes(`\`${folder}/\``))).toEqual([]);
  });
});
