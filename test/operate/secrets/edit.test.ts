import { readFileSync, statSync, writeFileSync } from 'node:fs';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { editSecrets } from '../../../operate/secrets/edit';
import { changesIn } from '../../../operate/secrets/edited-values';
import { setSecret } from '../../../operate/secrets/values';
import { verifySecrets } from '../../../operate/secrets/verify';
import { Scratch, sops, withSops } from './fixture';

const metadata = { name: 'app-a', namespace: 'app-a' };
const before = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata,
  type: 'Opaque',
  stringData: { KEPT: 'kept', GONE: 'gone' },
};
const head = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: app-a\n  namespace: app-a\ntype: Opaque\n';
const changes = (values: string) => changesIn(`${head}${values}`, { before, place: 'secrets/dev/app-a.yaml' });
const keep = 'stringData:\n  KEPT: kept\n  GONE: gone\n';

describe('what somebody types as a value', () => {
  it.each([
    ['12345678', '12345678'],
    ['0123', '0123'],
    ['1.10', '1.10'],
    ['1_000', '1_000'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['0x1F # a comment', '0x1F'],
    ['1e3', '1e3'],
    ['.inf', '.inf'],
    ['true', 'true'],
    ['no', 'no'],
    ['null', 'null'],
    ['~', '~'],
    ['2001-01-01', '2001-01-01'],
    ['!!int "12"', '12'],
    ['p4ss,w0rd', 'p4ss,w0rd'],
    ['back\\slash', 'back\\slash'],
    ["'{a}'", '{a}'],
    ['"a\\nb"', 'a\nb'],
    ['|\n    two\n    lines\n', 'two\nlines\n'],
    ['&a x\n  MORE: *a', 'x'],
  ])('is text: %j is %j', (typed, value) => {
    expect(changes(`${keep}  NEW: ${typed}\n`)[0]).toEqual({ field: 'stringData', key: 'NEW', value });
  });

  it('is a change only where it differs, or is gone', () => {
    expect(changes(keep)).toEqual([]);
    expect(changes('stringData: {KEPT: other}\n')).toEqual([
      { field: 'stringData', key: 'KEPT', value: 'other' },
      { field: 'stringData', key: 'GONE' },
    ]);
    expect(changes('')).toHaveLength(2);
  });

  it('is another one where it was no text before', () => {
    const numbers = { ...before, stringData: { PIN: 12, YES: true, NONE: null } };
    const same = `${head}stringData:\n  PIN: 12\n  YES: true\n  NONE: null\n`;
    expect(changesIn(same, { before: numbers, place: '' }).map(({ value }) => value)).toEqual(['12', 'true', 'null']);
  });

  it.each([
    [`${keep}  NEW:\n    hunter2: x\n`, '`NEW` is a list or a map'],
    [`${keep}  NEW: [hunter2]\n`, '`NEW` is a list or a map'],
    [`${keep}  NEW: {{ hunter2 }}\n`, '`NEW` is a list or a map'],
    [`${keep}  NEW:\n`, 'the value of `NEW` is empty'],
    [`${keep}  hunter2/x: y\n`, 'a key is not one of a Secret'],
    [`${keep}  KEPT: hunter2\n`, 'not a Secret in YAML (line 10: DUPLICATE_KEY)'],
    [`${keep}  NEW: a: hunter2\n`, 'not a Secret in YAML (line 10'],
    [`${keep}---\n${keep}`, 'not a Secret in YAML'],
    ['stringData: [hunter2]\n', '`stringData` is not a map'],
    [`${keep}hunter2: x\n`, '`hunter2` was changed'],
    [`${keep}labels: {a: b}\n`, '`labels` was changed'],
  ])('is refused, and not shown, in %j', (values, problem) => {
    expect(() => changes(values)).toThrow(problem);
    if (!problem.includes('hunter2')) expect(() => changes(values)).not.toThrow('hunter2');
  });

  it.each(['name: app-a', 'namespace: app-a', 'kind: Secret', 'type: Opaque', 'apiVersion: v1'])(
    'is refused where `%s` is another',
    (line) => {
      const edited = `${head}${keep}`.replace(line, `${line}x`);
      expect(() => changesIn(edited, { before, place: '' })).toThrow('was changed, and fleet.ts says what it is');
    },
  );
});

let scratch: Scratch;
beforeEach(() => (scratch = new Scratch()));
afterEach(() => scratch.remove());

describe(`editing secrets, ${withSops}`, () => {
  const of = { cluster: 'dev', app: 'app-a' };
  const file = 'secrets/dev/app-a.yaml';
  const drafts = () => scratch.files().filter((each) => each.includes('/edits/'));
  const edit = (change: (text: string) => string) =>
    editSecrets(scratch.folder(), of, (draft) => {
      expect(statSync(draft).mode & 0o777).toBe(0o600);
      writeFileSync(draft, change(readFileSync(draft, 'utf8')));
      return Promise.resolve();
    });
  const line = (key: string) => new RegExp(`^ +${key}: .*$`, 'm').exec(scratch.text(file))?.[0];
  beforeEach(() => setSecret(scratch.folder(), { ...of, key: 'API_KEY' }, 'first'));

  it('sets and removes values as text, and leaves the ciphertext of the others as it is', async () => {
    const untouched = line('API_KEY');
    expect(await edit((text) => `${text}  PIN: 0123\n  FLAG: true\n  A.b-c: null\n`)).toBe(true);
    expect(await scratch.folder().values(of)).toEqual({ API_KEY: 'first', PIN: '0123', FLAG: 'true', 'A.b-c': 'null' });
    expect(scratch.text(file)).not.toMatch(/,type:(?!str)/);
    expect(line('API_KEY')).toBe(untouched);

    expect(await edit((text) => text.replace(/ {2}(PIN|FLAG).*\n/g, ''))).toBe(true);
    expect(await scratch.folder().values(of)).toEqual({ API_KEY: 'first', 'A.b-c': 'null' });
    expect(drafts()).toEqual([]);
  });

  it.each([
    'a\r\nb',
    ' leading and trailing ',
    '\ttab\n\n',
    '# c',
    '---\n',
    'a: b',
    'it\'s "quoted"',
    '123',
    'no',
    '~',
    '\u2028\u0085',
    '\u001b[0m',
    '- x',
    '|',
    '%',
    '@',
    '`',
    '{a}',
    '[a]',
    '&a',
    '*a',
    '!a',
    'x'.repeat(300),
    '\n\n\na',
    '  a\n b\n',
  ])('changes no byte when nothing is typed: %j', async (value) => {
    await setSecret(scratch.folder(), { ...of, key: 'API_KEY' }, value);
    const text = scratch.text(file);
    expect(await edit((shown) => shown)).toBe(false);
    expect(scratch.text(file)).toBe(text);
    expect(drafts()).toEqual([]);
  });

  it('keeps a refused edit, which the next one goes on with', async () => {
    const text = scratch.text(file);
    const refused = edit((shown) => `${shown}  NEW:\n    a: canary\n`);
    await expect(refused).rejects.toThrow(/`NEW` is a list or a map[\s\S]*kept in plain text in .*\/edits\//);
    expect(scratch.text(file)).toBe(text);
    expect(drafts()).toHaveLength(1);
    expect(scratch.text(drafts()[0]!)).toContain('canary');

    expect(await edit((shown) => shown.replace('\n    a: canary', ' canary'))).toBe(true);
    expect(await scratch.folder().values(of)).toEqual({ API_KEY: 'first', NEW: 'canary' });
    expect(drafts()).toEqual([]);
  });

  it('does not go on with an edit of an older state, which would undo what was set since', async () => {
    await expect(edit((shown) => `${shown}  NEW: [canary]\n`)).rejects.toThrow('kept');
    await setSecret(scratch.folder(), { ...of, key: 'API_KEY' }, 'second');
    expect(await edit((shown) => shown)).toBe(false);
    expect(await scratch.folder().values(of)).toEqual({ API_KEY: 'second' });
    expect(drafts()).toHaveLength(1);
  });

  it('makes text of what plain sops encrypted as a number, which is refused until then', async () => {
    const command = {
      cwd: scratch.root,
      env: { SOPS_AGE_KEY_FILE: scratch.folder().keyFile('dev') },
      input: '12345678',
    };
    await execa(sops, ['set', '--value-stdin', file, '["stringData"]["API_KEY"]'], command);
    const problems = async () =>
      (await verifySecrets(scratch.folder())).map(({ place, problem }) => `${place}: ${problem}`);
    expect((await problems()).join()).toContain('`API_KEY` of Secret `app-a` is encrypted, but not as text');

    expect(await edit((shown) => shown)).toBe(true);

    expect(await scratch.folder().values(of)).toEqual({ API_KEY: '12345678' });
    expect((await problems()).join()).not.toContain('not as text');
  });
});

describe(`a Secret of more than 1 MiB, ${withSops}`, () => {
  const name = { cluster: 'dev', app: 'app-a', key: 'API_KEY' };
  const mebibyte = 1024 * 1024;

  it('is refused before it is written, whether by one value or by all', async () => {
    await expect(setSecret(scratch.folder(), name, 'x'.repeat(mebibyte + 1))).rejects.toThrow(
      'its values have 1048577 bytes in total, but a Secret can have at most 1048576',
    );
    expect(scratch.has('secrets')).toBe(false);
    expect(await setSecret(scratch.folder(), name, 'x'.repeat(mebibyte - 2))).toBe(true);
    await expect(setSecret(scratch.folder(), { ...name, key: 'SESSION' }, 'ä€')).rejects.toThrow('1048579 bytes');
    expect(await setSecret(scratch.folder(), { ...name, key: 'SESSION' }, 'ä')).toBe(true);
  });
});
