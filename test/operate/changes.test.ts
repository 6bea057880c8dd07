import { describe, expect, it } from 'vitest';

import { type Change, describeChanges } from '../../operate/changes';

const saying = (...changes: [Change['status'], string][]) =>
  describeChanges(changes.map(([status, path]) => ({ status, path })));

describe('the subject of a commit', () => {
  it('names the app and the cluster that a change is for', () => {
    expect(saying(['M', 'apps/app-a/overlays/dev/kustomization.yaml'])).toBe('Change app-a in dev');
  });

  it('names only the app when it changes in every cluster', () => {
    expect(saying(['M', 'apps/app-a/base/deployment.yaml'], ['M', 'apps/app-a/overlays/dev/patch.yaml'])).toBe(
      'Change app-a',
    );
  });

  it('only reports an app that is new to a cluster as added', () => {
    const overlay = 'apps/app-c/overlays/prod/kustomization.yaml';
    expect(saying(['A', 'clusters/prod/app-c.yaml'], ['M', 'clusters/prod/kustomization.yaml'], ['A', overlay])).toBe(
      'Add app-c to prod',
    );
  });

  it('names tenants and charts like apps', () => {
    expect(saying(['M', 'tenants/team-a/overlays/dev/kustomization.yaml'], ['M', 'charts/podinfo/values.yaml'])).toBe(
      'Change team-a in dev, change chart podinfo',
    );
  });

  it('does not list more than four effects', () => {
    const changes = ['a', 'b', 'c', 'd', 'e'].map((app): ['D', string] => ['D', `clusters/dev/${app}.yaml`]);
    expect(saying(...changes)).toBe('Remove a from dev, remove b from dev, remove c from dev, 2 more');
  });

  it('names the file, or counts the files, when they belong to no app', () => {
    expect(saying(['M', 'README.md'])).toBe('Change README.md');
    expect(saying(['M', 'README.md'], ['A', 'x.yaml'])).toBe('Change 2 files');
  });
});
