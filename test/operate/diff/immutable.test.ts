import { describe, expect, it } from 'vitest';

import type { KubernetesObject } from '../../../operate/build-check/object';
import { immutableChanges } from '../../../operate/diff/immutable';

const object = (kind: string, apiVersion: string, rest: object): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'a' },
  ...rest,
});

const changed = (kind: string, apiVersion: string, [before, after]: readonly [object, object]) =>
  immutableChanges(object(kind, apiVersion, before), object(kind, apiVersion, after));

const ofSpec = (before: object, after: object) => [{ spec: before }, { spec: after }] as const;

describe('a field that cannot change', () => {
  it.each([
    ['Deployment', 'apps/v1', ofSpec({ selector: { a: 'b' } }, { selector: { a: 'c' } }), ['spec.selector']],
    ['StatefulSet', 'apps/v1', ofSpec({ serviceName: 'a' }, { serviceName: 'b' }), ['spec.serviceName']],
    ['Job', 'batch/v1', ofSpec({ template: { a: 1 } }, { template: { a: 2 } }), ['spec.template']],
    ['Service', 'v1', ofSpec({}, { clusterIP: 'None' }), ['spec.clusterIP']],
    [
      'PersistentVolumeClaim',
      'v1',
      ofSpec({ storageClassName: 'a' }, { storageClassName: 'b' }),
      ['spec.storageClassName'],
    ],
    [
      'ConfigMap',
      'v1',
      [
        { immutable: true, data: { a: '1' } },
        { immutable: true, data: { a: '2' } },
      ] as const,
      ['data'],
    ],
    [
      'RoleBinding',
      'rbac.authorization.k8s.io/v1',
      [{ roleRef: { name: 'a' } }, { roleRef: { name: 'b' } }] as const,
      ['roleRef'],
    ],
  ])('of a %s is found', (...[kind, apiVersion, sides, fields]) => {
    expect(changed(kind, apiVersion, sides)).toEqual(fields);
    expect(changed(kind, apiVersion, [sides[0], sides[0]])).toEqual([]);
  });

  it('of a volume claim is a size that shrinks, and not one that grows', () => {
    const size = (storage: string) => ({ resources: { requests: { storage } } });
    const claim = (before: string, after: string) =>
      changed('PersistentVolumeClaim', 'v1', ofSpec(size(before), size(after)));
    expect(claim('2Gi', '1500Mi')).toEqual(['spec.resources.requests.storage']);
    expect(claim('1500Mi', '2Gi')).toEqual([]);
  });

  it('is not one of another group of the same name, nor one that is only written out', () => {
    expect(changed('Deployment', 'example.com/v1', ofSpec({ selector: 1 }, { selector: 2 }))).toEqual([]);
    expect(changed('StatefulSet', 'apps/v1', ofSpec({}, { podManagementPolicy: 'OrderedReady' }))).toEqual([]);
    expect(changed('StatefulSet', 'apps/v1', ofSpec({ replicas: 1 }, { replicas: 2 }))).toEqual([]);
    expect(changed('Service', 'v1', ofSpec({ clusterIP: '10.0.0.1' }, {}))).toEqual([]);
    expect(changed('ConfigMap', 'v1', [{ data: { a: '1' } }, { data: { a: '2' } }])).toEqual([]);
  });
});
