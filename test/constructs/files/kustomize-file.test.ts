import { describe, expect, it } from 'vitest';
import { kustomizeFile } from '../../../constructs/files/kustomize-file';

describe('a kustomization.yaml', () => {
  it('is valid with nothing in it', () => {
    expect(kustomizeFile({ resources: [] })).toEqual({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [],
    });
  });

  it('sorts its resources', () => {
    expect(kustomizeFile({ resources: ['b.yaml', 'a.yaml'] })).toEqual(
      kustomizeFile({ resources: ['a.yaml', 'b.yaml'] }),
    );
  });

  it('has images, replicas and patches', () => {
    const changes = {
      images: [{ name: 'podinfo', newTag: '6.9.3' }],
      replicas: [{ name: 'app-a', count: 2 }],
      patches: [{ path: 'deployment-patch.yaml' }],
    };
    expect(kustomizeFile({ resources: ['../../base'], ...changes })).toMatchObject(changes);
  });
});
