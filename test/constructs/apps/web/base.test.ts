import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { WebAppBase } from '../../../../constructs/apps/web/base';
import { file, webApp, type WebAppProps } from '../../../../model';

const image = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };

function base(props: Partial<WebAppProps> = {}): object[] {
  return new WebAppBase(new App(), 'app-a', {
    app: webApp({ ...image, ...props }),
    fleet: 'ours',
  }).toJson() as object[];
}

function container(props: Partial<WebAppProps>): Record<string, unknown> {
  const deployment = base(props)[1] as { spec: { template: { spec: { containers: [Record<string, unknown>] } } } };
  return deployment.spec.template.spec.containers[0];
}

describe('the base of a web app', () => {
  const labels = {
    'app.kubernetes.io/name': 'app-a',
    'app.kubernetes.io/part-of': 'ours',
    'app.kubernetes.io/managed-by': 'flux-fleet',
  };

  it('has a Namespace with its name that enforces the restricted Pod Security Standard', () => {
    expect(base()[0]).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'app-a',
        labels: {
          ...labels,
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/enforce-version': 'latest',
          'pod-security.kubernetes.io/warn': 'restricted',
          'pod-security.kubernetes.io/warn-version': 'latest',
        },
      },
    });
  });

  it('has a Service with its name and port, inside the cluster', () => {
    expect(base()[2]).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'app-a', namespace: 'app-a', labels },
      spec: {
        type: 'ClusterIP',
        selector: { 'app.kubernetes.io/name': 'app-a' },
        ports: [{ name: 'http', port: 9898, targetPort: 'http' }],
      },
    });
  });

  it('has a Service at its node port', () => {
    expect(base({ nodePort: 30080 })[2]).toMatchObject({ spec: { type: 'NodePort', ports: [{ nodePort: 30080 }] } });
  });

  it('has a Deployment that conforms to the restricted Pod Security Standard, without other defaults', () => {
    expect(base()[1]).toMatchSnapshot();
  });

  it('has pods that the selector matches, without a hash', () => {
    expect(base()[1]).toMatchObject({
      spec: { selector: { matchLabels: { 'app.kubernetes.io/name': 'app-a' } }, template: { metadata: { labels } } },
    });
    expect(JSON.stringify(base())).not.toMatch(/cdk8s|-c8[0-9a-f]{6}/);
  });

  it("has only the app's own variables, arguments, probes and resources", () => {
    const own = container({
      env: { B: '${b}', A: '$(B)' },
      args: ['--level=debug'],
      readyPath: '/ready',
      livePath: '/live',
      resources: { limits: { cpu: '0.5' } },
    });
    expect(own).toMatchObject({
      env: [
        { name: 'A', value: '$$(B)' },
        { name: 'B', value: '${b}' },
      ],
      args: ['--level=debug'],
      startupProbe: { httpGet: { path: '/live', port: 'http' } },
      readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
      livenessProbe: { httpGet: { path: '/live', port: 'http' } },
    });
    expect(own['resources']).toEqual({ limits: { cpu: '0.5' } });
  });
});

describe('the volumes of secrets', () => {
  const long = `/${'a'.repeat(70)}`;
  const folders = [
    '/etc/tls',
    '/etc/TLS',
    '/etc-tls',
    '/etc_tls',
    '/etc.tls',
    '/etc/tls-',
    '/Ü',
    '/-',
    long,
    `${long}b`,
  ];

  it('differ by name for folders that differ in punctuation, case or beyond the longest name', () => {
    const secrets = Object.fromEntries(folders.map((folder, index) => [`key-${index}`, file(folder)]));
    const mounts = container({ secrets })['volumeMounts'] as { name: string; mountPath: string }[];
    const names = mounts.filter(({ mountPath }) => mountPath !== '/tmp').map(({ name }) => name);

    expect(new Set(names).size).toBe(folders.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9](-?[a-z0-9]){0,62}$/);
    expect(mounts).toContainEqual({ name: 'secret-etc-tls', mountPath: '/etc/tls', readOnly: true });
    expect(names.every((name) => name.length <= 63)).toBe(true);
  });
});
