import { describe, expect, it } from 'vitest';

import { gitChart, helmApp, kustomizeApp, type PodSecurity, webApp } from '../../../model';
import type { KubernetesObject } from '../../../operate/build-check/object';
import { podOf } from '../../../operate/build-check/pod';
import { lacking, standardOf } from '../../../operate/build-check/pod-security';
import { hasTools, twoClusters, withTools, wrongWith } from './fixture';

const container = {
  name: 'web',
  image: 'registry.example.com/web:1.0',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const own = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const strict = { securityContext: own, containers: [container] };

/** A pod that meets every standard, with what differs in its specification, in its context and in its container's. */
function pod({ spec = {}, context = {}, inside = {}, annotations = {} }: Record<string, object>) {
  const securityContext = { ...container.securityContext, ...(inside as { securityContext?: object }).securityContext };
  return {
    metadata: { annotations: annotations as Record<string, string> },
    spec: {
      ...strict,
      securityContext: { ...own, ...context },
      containers: [{ ...container, ...inside, securityContext }],
      ...spec,
    },
  };
}
const inContainer = (securityContext: object) => ({ inside: { securityContext } });

describe('a Pod Security Standard', () => {
  it('is met by a pod that restricts itself, and by one of Windows or of a user namespace that cannot', () => {
    expect(lacking(pod({}), 'restricted')).toEqual([]);
    const bare = { containers: [{ name: 'web' }] };
    expect(lacking({ spec: { ...bare, os: { name: 'windows' } } }, 'restricted')).toEqual([
      '`runAsNonRoot` must be true (container `web`)',
    ]);
    expect(
      lacking(pod({ spec: { hostUsers: false }, context: { runAsUser: 0, runAsNonRoot: false } }), 'restricted'),
    ).toEqual([]);
  });

  it.each<[string, Record<string, object>, PodSecurity]>([
    ['allowPrivilegeEscalation', inContainer({ allowPrivilegeEscalation: undefined }), 'baseline'],
    ['capabilities', inContainer({ capabilities: undefined }), 'baseline'],
    ['capabilities', inContainer({ capabilities: { drop: ['ALL'], add: ['CHOWN'] } }), 'baseline'],
    ['runAsNonRoot', { context: { runAsNonRoot: undefined } }, 'baseline'],
    ['runAsNonRoot', inContainer({ runAsNonRoot: false }), 'baseline'],
    ['runAsUser', inContainer({ runAsUser: 0 }), 'baseline'],
    ['seccompProfile', { context: { seccompProfile: undefined } }, 'baseline'],
    ['volumes', { spec: { volumes: [{ name: 'a', nfs: { server: 'b', path: '/' } }] } }, 'baseline'],
    ['procMount', { spec: { hostUsers: false }, ...inContainer({ procMount: 'Unmasked' }) }, 'baseline'],
    ['procMount', inContainer({ procMount: 'Unmasked' }), 'privileged'],
    ['capability', inContainer({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }), 'privileged'],
    ['hostNetwork', { spec: { hostNetwork: true } }, 'privileged'],
    ['hostPID', { spec: { hostPID: true } }, 'privileged'],
    ['hostPath', { spec: { volumes: [{ name: 'a', hostPath: { path: '/' } }] } }, 'privileged'],
    ['hostPort', { inside: { ports: [{ containerPort: 80, hostPort: 80 }] } }, 'privileged'],
    ['host', { inside: { livenessProbe: { httpGet: { host: 'example.com', port: 80 } } } }, 'privileged'],
    ['privileged', inContainer({ privileged: true }), 'privileged'],
    ['seLinuxOptions', { context: { seLinuxOptions: { type: 'spc_t' } } }, 'privileged'],
    ['seccompProfile', inContainer({ seccompProfile: { type: 'Unconfined' } }), 'privileged'],
    ['appArmorProfile', { context: { appArmorProfile: { type: 'Unconfined' } } }, 'privileged'],
    ['apparmor', { annotations: { 'container.apparmor.security.beta.kubernetes.io/web': 'unconfined' } }, 'privileged'],
    ['sysctls', { context: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }, 'privileged'],
    ['hostProcess', inContainer({ windowsOptions: { hostProcess: true } }), 'privileged'],
  ])('misses `%s` of %j, which makes the pod %s', (word, differs, standard) => {
    const one = pod(differs);
    const sentences = lacking(one, 'restricted');
    expect(sentences.join()).toContain(word);
    expect(standardOf(one)).toBe(standard);
  });

  it('is met by what it allows beside the default', () => {
    const capabilities = { drop: ['ALL'], add: ['NET_BIND_SERVICE'] };
    const seLinuxOptions = { type: 'container_t' };
    const sysctls = [{ name: 'net.ipv4.tcp_keepalive_time', value: '1' }];
    const volumes = [{ name: 'a', emptyDir: {} }, { name: 'b', secret: { secretName: 'c' } }, { name: 'd' }];
    const inside = { securityContext: { capabilities }, initContainers: [container] };
    expect(lacking(pod({ context: { seLinuxOptions, sysctls }, inside, spec: { volumes } }), 'restricted')).toEqual([]);
  });

  it('is asked of the pods of every kind that makes some, and of no other', () => {
    const template = { spec: strict };
    const object = (apiVersion: string, kind: string, spec: object) => ({
      apiVersion,
      kind,
      metadata: { name: 'a' },
      spec,
    });
    const makers: KubernetesObject[] = [
      object('v1', 'Pod', strict),
      object('apps/v1', 'Deployment', { template }),
      object('apps/v1', 'StatefulSet', { template }),
      object('apps/v1', 'DaemonSet', { template }),
      object('batch/v1', 'Job', { template }),
      object('batch/v1', 'CronJob', { jobTemplate: { spec: { template } } }),
    ];
    for (const maker of makers) expect(podOf(maker)?.spec, maker.kind).toEqual(strict);
    expect(podOf(object('example.com/v1', 'Deployment', { template }))).toBeUndefined();
  });
});

const bare = `apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend }
spec:
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec: { containers: [{ name: php, image: registry.example.com/php:1.0 }] }
`;
const folder = { 'deploy/web/frontend.yaml': `# The front.\n${bare}` };

describe.skipIf(!hasTools)(`pods that would not start, ${withTools}`, { timeout: 60_000 }, () => {
  it('are refused with their file, what they lack, and the property that lets them start', async () => {
    const web = kustomizeApp({ folder: 'deploy/web' });
    const message = await wrongWith(twoClusters({ web }), folder);
    expect(message).toMatch(
      /^deploy\/web\/frontend\.yaml:2 \(web in dev, prod\): the pods of Deployment `frontend` do not meet the Pod Security Standard `restricted` of the namespace `web`.*`runAsNonRoot` must be true \(container `php`\)/,
    );
    expect(message).toContain("Set `podSecurity: 'baseline'` in `apps.web`, or change the pods.");
    expect(await wrongWith(twoClusters({ web: { ...web, podSecurity: 'baseline' } }), folder)).toBeUndefined();
  });

  it('are refused for a patch of an app that has no such property', async () => {
    const web = webApp({ image: 'registry.example.com/web', tag: '1.0', port: 80 });
    const patches = { Deployment: { spec: { template: { spec: { hostNetwork: true } } } } };
    expect(await wrongWith(twoClusters({ web }, { dev: { web: { patches } } }))).toMatch(
      /\(web in dev\): .*no `hostNetwork` is allowed\.\n {2}Set the label `pod-security.kubernetes.io\/enforce: privileged` by a patch of the Namespace in `runs\.dev\.web`/,
    );
  });

  it("are refused in a namespace of the user's, by the label that it has", async () => {
    const web = kustomizeApp({ folder: 'deploy/web' });
    const files = (level: string) => ({
      'deploy/web/a.yaml':
        `apiVersion: v1\nkind: Namespace\nmetadata: { name: front, labels: { pod-security.kubernetes.io/enforce: ${level} } }\n` +
        `---\n${bare.replace('name: frontend', 'name: frontend, namespace: front')}`,
    });
    expect(await wrongWith(twoClusters({ web }), files('restricted'))).toMatch(
      /a\.yaml:5 .*\n {2}Set the label `pod-security.kubernetes.io\/enforce: baseline` of the Namespace `front`/,
    );
    expect(await wrongWith(twoClusters({ web }), files('privileged'))).toBeUndefined();
  });

  it("of a chart are refused as Flux's post-renderers leave them, and those of its tests where they run", async () => {
    const chart = {
      'charts/own/Chart.yaml': 'apiVersion: v2\nname: own\nversion: 1.0.0\n',
      'charts/own/templates/front.yaml': bare,
    };
    const release = helmApp({ chart: gitChart('charts/own') });
    expect(await wrongWith(twoClusters({ web: release }), chart)).toMatch(
      /^charts\/own\/templates\/front\.yaml \(web in dev, prod\): the pods of Deployment `frontend`.*\n.*`apps\.web`/,
    );
    const patch = JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'frontend' },
      spec: { template: { spec: { ...strict, containers: [{ ...container, name: 'php' }] } } },
    });
    const patches = { HelmRelease: { spec: { postRenderers: [{ kustomize: { patches: [{ patch }] } }] } } };
    const overlay = { web: { patches } };
    expect(await wrongWith(twoClusters({ web: release }, { dev: overlay, prod: overlay }), chart)).toBeUndefined();

    const hooked = bare.replace('name: frontend', 'name: frontend, annotations: { helm.sh/hook: test }');
    const tests = { ...chart, 'charts/own/templates/front.yaml': hooked };
    expect(await wrongWith(twoClusters({ web: release }), tests)).toBeUndefined();
    expect(await wrongWith(twoClusters({ web: { ...release, test: true } }), tests)).toMatch(/Deployment `frontend`/);
  });
});
