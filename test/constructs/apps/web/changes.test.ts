import { describe, expect, it } from 'vitest';
import { appBase, appOverlay } from '../../../../constructs/apps';
import { appLabels } from '../../../../constructs/labels';
import { problems } from '../../../model/problems';
import {
  defineFleet,
  existing,
  gitServer,
  kind,
  webApp,
  type WebAppOverlay,
  type WebAppProps,
} from '../../../../model';

const digest = `sha256:${'0'.repeat(64)}`;
const props = { image: 'podinfo', tag: '6.9.2', port: 9898, env: { COLOR: 'red' } };

function overlay(change: WebAppOverlay, more: Partial<WebAppProps<never>> = {}): object {
  const app = webApp({ ...props, ...more });
  const apps = { 'app-a': app };
  const fleet = defineFleet({ clusters: { dev: kind() }, apps, runs: { dev: { 'app-a': change } } });
  const context = { fleet, root: '' };
  const base = appBase(context, 'app-a');
  return Object.fromEntries(appOverlay(context, { name: 'app-a', cluster: 'dev', base }));
}

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

describe('the overlay of a web app in a cluster of OpenShift', () => {
  it('names no user, so that OpenShift sets one', () => {
    const fleet = defineFleet({
      git: gitServer({ address: 'a' }),
      clusters: { dev: existing({ platform: 'openshift' }), prod: existing() },
      apps: { 'app-a': webApp(props) },
      runs: { dev: { 'app-a': { env: { COLOR: 'blue' } } }, prod: { 'app-a': {} } },
    });
    const context = { fleet, root: '' };
    const base = appBase(context, 'app-a');
    const dev = Object.fromEntries(appOverlay(context, { name: 'app-a', cluster: 'dev', base }));
    const noUser = { runAsUser: null, runAsGroup: null, fsGroup: null };
    expect(dev['deployment-patch.yaml']).toMatchObject({
      spec: {
        template: { spec: { securityContext: noUser, containers: [{ env: [{ name: 'COLOR', value: 'blue' }] }] } },
      },
    });
    expect([...appOverlay(context, { name: 'app-a', cluster: 'prod', base }).keys()]).toEqual(['kustomization.yaml']);
  });
});

describe('the overlay of a web app', () => {
  it('has only the base if nothing differs', () => {
    const same = { replicas: 1, tag: '6.9.2', env: { COLOR: 'red' }, resources: { requests: { cpu: '20m' } } };
    expect(overlay({})).toEqual({ 'kustomization.yaml': file });
    expect(overlay(same)).toEqual({ 'kustomization.yaml': file });
  });

  it('changes the number of pods in one line', () => {
    expect(overlay({ replicas: 2 })).toEqual({
      'kustomization.yaml': { ...file, replicas: [{ name: 'app-a', count: 2 }] },
    });
  });

  it('changes the tag in one line', () => {
    expect(overlay({ tag: '6.9.3' })).toEqual({
      'kustomization.yaml': { ...file, images: [{ name: 'podinfo', newTag: '6.9.3' }] },
    });
  });

  it.each<[WebAppOverlay, object]>([
    [{ digest }, { digest }],
    [
      { tag: '7', digest },
      { newTag: '7', digest },
    ],
    [{ image: 'mirror.example.com/podinfo' }, { newName: 'mirror.example.com/podinfo' }],
  ])('changes the image by %o', (change, image) => {
    expect(overlay(change)).toEqual({
      'kustomization.yaml': { ...file, images: [{ name: 'podinfo', ...image }] },
    });
    expect(overlay({ tag: props.tag, digest }, { digest })).toEqual({ 'kustomization.yaml': file });
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

  it('removes a variable', () => {
    expect(overlay({ env: { COLOR: null } })).toEqual({
      'kustomization.yaml': patched,
      'deployment-patch.yaml': patch({ env: [{ name: 'COLOR', $patch: 'delete' }] }),
    });
  });

  it('has the Ingress of an app that has hosts only in that cluster', () => {
    expect(overlay({ hosts: ['a.example.com'] })).toEqual({
      'kustomization.yaml': { ...file, resources: ['../../base', 'ingress.yaml'] },
      'ingress.yaml': {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'app-a', namespace: 'app-a', labels: appLabels('flux-fleet', 'app-a') },
        spec: { rules: [rule('a.example.com')] },
      },
    });
  });

  it('changes the hosts of an app, or removes its Ingress', () => {
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'app-a', namespace: 'app-a' },
    };
    const hosts = ['a.example.com'];
    const ingressPatched = { ...file, patches: [{ path: 'ingress-patch.yaml' }] };
    expect(overlay({ hosts }, { hosts })).toEqual({ 'kustomization.yaml': file });
    expect(overlay({ hosts: ['b.example.com'] }, { hosts })).toEqual({
      'kustomization.yaml': ingressPatched,
      'ingress-patch.yaml': { ...ingress, spec: { rules: [rule('b.example.com')] } },
    });
    expect(overlay({ hosts: [] }, { hosts })).toEqual({
      'kustomization.yaml': ingressPatched,
      'ingress-patch.yaml': { ...ingress, $patch: 'delete' },
    });
  });

  it("has the user's patches last, each with its target", () => {
    const steps = [{ op: 'remove', path: '/spec/ports/0/name' } as const];
    const merge = { spec: { template: { spec: { priorityClassName: 'high' } } } };
    expect(overlay({ env: { A: 'b' }, patches: { Service: steps, Deployment: merge } })).toMatchObject({
      'kustomization.yaml': {
        patches: [
          { path: 'deployment-patch.yaml' },
          { path: 'deployment-app-a-own-patch.yaml', target: { group: 'apps', version: 'v1', kind: 'Deployment' } },
          { path: 'service-app-a-own-patch.yaml', target: { version: 'v1', kind: 'Service', name: 'app-a' } },
        ],
      },
      'deployment-app-a-own-patch.yaml': { apiVersion: 'apps/v1', kind: 'Deployment', ...merge },
      'service-app-a-own-patch.yaml': steps,
    });
  });

  it('refuses a patch of an object that does not exist, or no longer', () => {
    const missing = ['runs.dev.app-a.patches.Ingress: the app has no object `Ingress`'];
    const patches = { Ingress: { spec: { ingressClassName: 'nginx' } } };
    expect(problems(() => overlay({ patches }))).toEqual(missing);
    expect(problems(() => overlay({ patches, hosts: [] }, { hosts: ['a.example.com'] }))).toEqual(missing);
    expect(problems(() => overlay({ patches, hosts: ['a.example.com'] }))).toEqual([]);
  });
});

function rule(host: string): object {
  const backend = { service: { name: 'app-a', port: { name: 'http' } } };
  return { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } };
}
