import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { toYaml } from '../../../constructs/files/yaml';
import { goodTexts } from './texts';

describe('the YAML of an object', () => {
  it.each(['1.1', '1.2'] as const)(
    'has every text as it is for a parser of YAML %s, as a value and as a key',
    (version) => {
      for (const text of goodTexts(2000)) {
        const object = { data: { [text]: text }, list: [text, [text]], last: text };
        expect(parse(toYaml(object, 'a.yaml'), { version })).toEqual(object);
      }
    },
  );

  it('is refused for what kustomize cannot take, with its place in the file', () => {
    const texts = [
      '\u007f',
      'x\u0080',
      'x\u0085\ny',
      '\u009f',
      '\u2028',
      '\u2029',
      '\ud83d',
      '\tx\ny',
      '\n\tx',
      '\t\n',
    ];
    for (const value of texts) {
      const object = { spec: { env: [{ name: 'A', value }] } };
      expect(() => toYaml(object, 'apps/a.yaml')).toThrow(
        /^manifests\/apps\/a\.yaml: `spec\.env\.0\.value` has a control character, or begins .*\.\n {2}Remove it, or/,
      );
    }
    expect(() => toYaml({ 'a\u0085': 'x' }, 'a.yaml')).toThrow(/^manifests\/a\.yaml: `a\\u0085` has a control/);
  });

  it('quotes no more than it must', () => {
    expect(toYaml({ image: 'podinfo:6.9.2', cpu: '10m', text: 'one\ntwo\n', number: 7, yes: true }, 'a.yaml')).toBe(
      'image: podinfo:6.9.2\ncpu: 10m\ntext: |\n  one\n  two\n"number": 7\n"yes": true\n'.replace('"number"', 'number'),
    );
  });
});
