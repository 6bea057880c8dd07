import { describe, expect, it } from 'vitest';

import { configured, instancePatches } from '../../../stacks/flux/controllers';

const cancels = '--feature-gates=CancelHealthCheckOnNewRevision=true';

function deployment(name: string) {
  const containers = [{ name: 'manager', args: ['--log-level=info'] }, { name: 'sidecar' }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { template: { spec: { containers } } },
  };
}

/** The arguments by which a controller is started. */
function started(name: string): readonly string[] {
  return (configured(deployment(name)) as ReturnType<typeof deployment>).spec.template.spec.containers[0]!.args!;
}

it.each(['kustomize-controller', 'helm-controller'])(
  'lets a new commit end the health check of the old in %s',
  (name) => {
    expect(started(name)).toContain(cancels);
    const patch = instancePatches().find(({ target }) => target.name === name)!;
    expect(JSON.parse(patch.patch)).toContainEqual({
      op: 'add',
      path: '/spec/template/spec/containers/0/args/-',
      value: cancels,
    });
  },
);

it('looks again within a second at what waits for the root, or for another app', () => {
  const [, amount, unit] = /--requeue-dependency=(\d+)(m?s)$/m.exec(started('kustomize-controller').join('\n'))!;
  expect(Number(amount) * (unit === 's' ? 1000 : 1)).toBeLessThanOrEqual(1000);
});

it('does not let helm-controller look at what it is told of: the message would cancel what it has begun', () => {
  expect(started('helm-controller').join('\n')).not.toContain('requeue');
});

it('keeps the arguments that the manifest has, and what is no controller', () => {
  expect(started('kustomize-controller')[0]).toBe('--log-level=info');
  expect(started('source-controller')).toEqual(['--log-level=info']);
  const service = { ...deployment('helm-controller'), kind: 'Service' };
  expect(configured(service)).toBe(service);
});

describe("a controller in a cluster of OpenShift's", () => {
  const manager = { runAsNonRoot: true, runAsUser: 65534, seccompProfile: {}, readOnlyRootFilesystem: true };
  const object = {
    ...deployment('kustomize-controller'),
    spec: {
      template: {
        spec: { securityContext: { fsGroup: 1337 }, containers: [{ name: 'manager', securityContext: manager }] },
      },
    },
  };
  const here = configured(object, { platform: 'openshift' }) as typeof object;

  it('names no user and no group, and is locked down as before', () => {
    expect(here.spec.template.spec).not.toHaveProperty('securityContext');
    expect(here.spec.template.spec.containers[0]!.securityContext).toEqual({ readOnlyRootFilesystem: true });
    expect(JSON.stringify(here)).toContain('--no-cross-namespace-refs=true');
  });

  it('is as in the manifest elsewhere, and so is the manifest itself', () => {
    expect(configured(object)).toMatchObject({ spec: { template: { spec: { securityContext: { fsGroup: 1337 } } } } });
    expect(object.spec.template.spec.containers[0]!.securityContext).toBe(manager);
    expect(Object.keys(manager)).toHaveLength(4);
  });

  it('has a namespace without a warning of Pod Security', () => {
    const labels = { 'pod-security.kubernetes.io/warn': 'restricted', 'app.kubernetes.io/part-of': 'flux' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system', labels } };
    expect(configured(namespace, { platform: 'openshift' }).metadata).toEqual({
      name: 'flux-system',
      labels: { 'app.kubernetes.io/part-of': 'flux' },
    });
  });
});

describe('a controller whose size the cluster sets', () => {
  const controllers = {
    'source-controller': { resources: { limits: { memory: '2Gi' } } },
    'kustomize-controller': { concurrent: 20, resources: { requests: { cpu: '500m' } } },
  };
  const own = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1000m', memory: '1Gi' } };
  const sized = (name: string) => {
    const object = deployment(name);
    object.spec.template.spec.containers[0] = { ...object.spec.template.spec.containers[0]!, resources: own } as never;
    const { spec } = configured(object, { controllers }) as typeof object;
    return spec.template.spec.containers as unknown as { args?: string[]; resources?: object }[];
  };

  it('works on more at a time, and keeps the arguments that it has', () => {
    expect(sized('kustomize-controller')[0]!.args).toEqual([...started('kustomize-controller'), '--concurrent=20']);
    expect(sized('source-controller')[0]!.args).toEqual(started('source-controller'));
  });

  it("gets the quantities that are set, and Flux's own for the others; its other containers and controllers stay", () => {
    expect(sized('source-controller')[0]!.resources).toEqual({ ...own, limits: { cpu: '1000m', memory: '2Gi' } });
    expect(sized('kustomize-controller')[0]!.resources).toEqual({ ...own, requests: { cpu: '500m', memory: '64Mi' } });
    expect(sized('source-controller')[1]).toEqual({ name: 'sidecar' });
    expect(sized('helm-controller')[0]!.resources).toEqual(own);
  });

  it('is the same for the Flux Operator, as patches', () => {
    const patch = (name: string) => instancePatches(controllers).find(({ target }) => target.name === name)!.patch;
    const container = '/spec/template/spec/containers/0';
    expect(JSON.parse(patch('source-controller'))).toEqual([
      { op: 'add', path: `${container}/resources/limits/memory`, value: '2Gi' },
    ]);
    expect(JSON.parse(patch('kustomize-controller'))).toEqual(
      expect.arrayContaining([
        { op: 'add', path: `${container}/args/-`, value: '--concurrent=20' },
        { op: 'add', path: `${container}/resources/requests/cpu`, value: '500m' },
      ]),
    );
  });
});
