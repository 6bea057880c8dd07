import { describe, expect, it } from 'vitest';
import { webAppOverlay } from '../../constructs/web-app-overlay';
import { webApp, type WebAppOverlay } from '../../model';

const app = webApp({ image: 'podinfo', tag: '6.9.2', port: 9898, env: { COLOR: 'red' } });
const overlay = (change: WebAppOverlay) => Object.fromEntries(webAppOverlay('app-a', app, change));
const file = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: ['../../base'] };
const patched = { ...file, patches: [{ path: 'deployment-patch.yaml' }] };

function patch(container: object): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app-a', namespace: 'app-a' },
    spec: { template: { spec: { containers: [{ name: 'app-a', ...container }] } } },
  };
}

describe('the overlay of a web app', () => {
  it('is the base, where nothing differs', () => {
    const same = { replicas: 1, tag: '6.9.2', env: { COLOR: 'red' }, resources: { requests: { cpu: '20m' } } };
    expect(overlay({})).toEqual({ 'kustomization.yaml': file });
    expect(overlay(same)).toEqual({ 'kustomization.yaml': file });
  });

  it('says another number of pods in one line', () => {
    expect(overlay({ replicas: 2 })).toEqual({
      'kustomization.yaml': { ...file, replicas: [{ name: 'app-a', count: 2 }] },
    });
  });

  it('says another tag in one line', () => {
    expect(overlay({ tag: '6.9.3' })).toEqual({
      'kustomization.yaml': { ...file, images: [{ name: 'podinfo', newTag: '6.9.3' }] },
    });
  });

  it('patches the variables that differ, sorted', () => {
    expect(overlay({ env: { SIZE: '$(X)', COLOR: 'red', LEVEL: '${y}' } })).toEqual({
      'kustomization.yaml': patched,
      'deployment-patch.yaml': patch({
        env: [
          { name: 'LEVEL', value: '${y}' },
          { name: 'SIZE', value: '$$(X)' },
        ],
      }),
    });
  });

  it('patches the quantities that differ', () => {
    expect(overlay({ resources: { limits: { memory: '512Mi', cpu: '1' }, requests: { cpu: '20m' } } })).toEqual({
      'kustomization.yaml': patched,
      'deployment-patch.yaml': patch({ resources: { limits: { cpu: '1', memory: '512Mi' } } }),
    });
  });
});
