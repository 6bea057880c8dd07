import { expect, it } from 'vitest';
import { times } from '../../../../constructs/apps/helm/renderer';

it.each([
  ['3m', 2, '360s'],
  ['1h30m', 1, '5400s'],
  ['1.5s', 2, '3s'],
])('%s times %d is %s', (duration, factor, expected) => {
  expect(times(duration, factor)).toBe(expected);
});
