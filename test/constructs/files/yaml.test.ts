import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { toYaml } from '../../../constructs/files/yaml';
import { goodTexts, randomNumbers } from './texts';

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

  it('has the same lines whether the library wrote all of it or each text', () => {
    const below = randomNumbers(7);
    const texts = goodTexts(300);
    const text = () => texts[below(texts.length)]!.replaceAll('\n', ' ');
    const anything = (depth: number): unknown => {
      if (depth > 0 && below(2)) return Array.from({ length: below(4) }, () => anything(depth - 1));
      if (depth > 0) return Object.fromEntries(Array.from({ length: below(4) }, () => [text(), anything(depth - 1)]));
      return [text(), below(1000) - 500, below(2) === 0][below(3)];
    };
    for (let round = 0; round < 500; round++) {
      const list = [anything(4), anything(2)];
      // The library writes all of what has a text of several lines.
      expect(toYaml({ list, z: 'a\nb' }, 'a.yaml')).toBe(`${toYaml({ list }, 'a.yaml')}z: |-\n  a\n  b\n`);
    }
  });

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
