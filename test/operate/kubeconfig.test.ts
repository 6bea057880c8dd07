import { expect, it } from 'vitest';

import { type Kubeconfig, mergeKubeconfigs } from '../../operate/kubeconfig';

const config = (name: string, more: object = {}): Kubeconfig => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name }],
  contexts: [{ name }],
  users: [{ name }],
  'current-context': name,
  ...more,
});

it('merges the entries of several kubeconfigs, and keeps the first current context', () => {
  const merged = mergeKubeconfigs([config('dev'), config('prod')]);
  expect(merged.contexts).toEqual([{ name: 'dev' }, { name: 'prod' }]);
  expect(merged['current-context']).toBe('dev');
});

it('replaces an entry by a later one of its name', () => {
  const stale = config('dev', { clusters: [{ name: 'dev', cluster: { server: 'old' } }] });
  const fresh = config('dev', { clusters: [{ name: 'dev', cluster: { server: 'new' } }] });
  expect(mergeKubeconfigs([stale, fresh]).clusters).toEqual([{ name: 'dev', cluster: { server: 'new' } }]);
});

it("keeps what else is in the user's file", () => {
  expect(mergeKubeconfigs([config('own', { preferences: { colors: true } }), config('dev')])).toMatchObject({
    preferences: { colors: true },
    'current-context': 'own',
  });
});

it('takes a file that has no entries, or no current context', () => {
  const empty = { apiVersion: 'v1', kind: 'Config' } as unknown as Kubeconfig;
  expect(mergeKubeconfigs([empty, config('dev')])).toMatchObject({
    clusters: [{ name: 'dev' }],
    'current-context': 'dev',
  });
});
