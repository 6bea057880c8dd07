import { describe, expect, it } from 'vitest';
import { inNamespace } from '../../../constructs/apps/cluster-scope';

const definition = (kind: string, scope: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kind.toLowerCase()}s.example.com` },
  spec: { group: 'example.com', names: { kind }, scope },
});
const object = (kind: string, namespace?: string) => ({
  apiVersion: 'example.com/v1',
  kind,
  metadata: { name: 'x', ...(namespace && { namespace }) },
});

describe('a namespace', () => {
  it('is set in each object that has none, except in cluster-scoped ones', () => {
    const objects = [
      object('Widget'),
      object('Widget', 'other'),
      object('ClusterRole', 'a'),
      object('Planet'),
      definition('Planet', 'Cluster'),
      definition('Widget', 'Namespaced'),
    ];
    expect(inNamespace('a', objects).map(({ metadata }) => metadata.namespace)).toEqual([
      'a',
      'other',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
