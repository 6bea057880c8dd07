import { expect, it } from 'vitest';

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
    const patch = instancePatches.find(({ target }) => target.name === name)!;
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
