import { describe, expect, it } from 'vitest';
import { customKind, definedKinds, inNamespace } from '../../../constructs/apps/cluster-scope';

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
  it('is set where an object has none, and in none of a kind that is cluster-scoped', () => {
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

describe('custom kinds', () => {
  it('are named with their group, and Kubernetes has none', () => {
    expect(definedKinds([definition('Widget', 'Cluster'), object('Widget')])).toEqual(['Widget.example.com']);
    expect(customKind(object('Widget'))).toBe('Widget.example.com');
    expect(customKind({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' } })).toBeUndefined();
  });
});
