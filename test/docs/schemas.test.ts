import { readdirSync, readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020';
import { expect, it } from 'vitest';

const read = (file: string) => readFileSync(`docs/${file}`, 'utf8');

it.each(readdirSync('docs/schemas'))('docs/schemas/%s is a strict schema, and docs/json.md names it', (file) => {
  new Ajv2020({ strict: true }).compile(JSON.parse(read(`schemas/${file}`)) as object);
  expect(read('json.md')).toContain(`(schemas/${file})`);
});

it('every command with --json has a schema', () => {
  const commands = read('commands.md')
    .split(/^## fleet /m)
    .slice(1);
  const printing = commands.filter((text) => text.includes('| `--json` |')).map((text) => text.split('\n')[0]!);
  expect(printing.length).toBeGreaterThan(2);
  for (const name of printing) expect(read('json.md')).toContain(`-- ${name} --json`);
});
