import { lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Fleet, Versions } from '../../../model';
import { changedText, changing, versionsFile } from '../../../operate/promote/versions-file';
import { site } from '../../manifests/site';

const pins = { prod: { web: { tag: '1' } } };
const fleetOf = (versions: Versions) => ({ versions }) as Fleet;
const clone = (source: string) => site({ 'fleet.ts': source, 'pins.json': JSON.stringify(pins), 'other.json': '{}' });
const imports = "import other from './other.json';\nimport pins from './pins.json';\n";

describe('the file of the versions', () => {
  it.each([
    `${imports}export default defineFleet({ clusters, versions: pins, runs });`,
    `${imports}export default defineFleet({\n  clusters,\n  versions: pins\n});`,
    `import versions from "./pins.json";\nexport default defineFleet({\n  clusters,\n  versions,\n});`,
    `import versions from './pins.json' with { type: 'json' };\nexport default defineFleet({ versions });`,
  ])('is the one that fleet.ts imports for them: %j', (source) => {
    expect(versionsFile(clone(source), fleetOf(pins)).name).toBe('pins.json');
  });

  it.each<[string, string, Versions]>([
    ['has none', `${imports}export default defineFleet({ clusters });`, {}],
    ['writes them itself', `${imports}export default defineFleet({ versions: { prod: pins.prod } });`, pins],
    ['changes them', `${imports}export default defineFleet({ versions: changed(pins) });`, {}],
    ['has others than the file', `${imports}export default defineFleet({ versions: pins });`, {}],
    [
      'does not import it',
      `// ${imports}export default defineFleet({ versions: pins });`.replace('\nimport pins', '\n// '),
      pins,
    ],
  ])('is not guessed where fleet.ts %s', (_, source, versions) => {
    expect(() => versionsFile(clone(source), fleetOf(versions))).toThrow(/^fleet\.ts: .*\n {2}Add `import versions/);
  });
});

describe('a change of the file', () => {
  const text = '{\n\t"prod": {\n\t\t"web": { "tag": "1" },\n\t\t"a": { "version": "2.0.0" }\n\t},\n\t"dev": {}\n}';

  it('keeps the order, the indentation and every other version', () => {
    expect(changedText(text, { cluster: 'prod', app: 'web', pin: { tag: '2' } })).toBe(
      '{\n\t"prod": {\n\t\t"web": {\n\t\t\t"tag": "2"\n\t\t},\n\t\t"a": {\n\t\t\t"version": "2.0.0"\n\t\t}\n\t},\n\t"dev": {}\n}\n',
    );
    expect(JSON.parse(changedText('{}', { cluster: 'prod', app: 'web', pin: { tag: '2' } }))).toEqual({
      prod: { web: { tag: '2' } },
    });
    expect(JSON.parse(changedText(text, { cluster: 'prod', app: 'web', pin: {} }))).toEqual({
      prod: { a: { version: '2.0.0' } },
      dev: {},
    });
  });

  it('is made when the work is done, with what somebody else has changed meanwhile, and through a link', async () => {
    const root = site({
      'shared/pins.json': text,
      'fleet.ts': `${imports}export default defineFleet({ versions: pins });`,
    });
    symlinkSync('shared/pins.json', join(root, 'pins.json'));
    const file = versionsFile(root, fleetOf(JSON.parse(text) as Versions));
    const pin = { cluster: 'prod', app: 'web', pin: { tag: '2' } };
    await expect(changing(file, pin, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readFileSync(join(root, 'pins.json'), 'utf8')).toBe(text);
    await changing(file, pin, () => {
      writeFileSync(join(root, 'pins.json'), '{ "test": {} }');
      return Promise.resolve();
    });
    expect(JSON.parse(readFileSync(join(root, 'pins.json'), 'utf8'))).toEqual({
      test: {},
      prod: { web: { tag: '2' } },
    });
    expect(lstatSync(join(root, 'pins.json')).isSymbolicLink()).toBe(true);
  });
});
