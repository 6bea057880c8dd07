import { readFileSync } from 'node:fs';
import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  cdk8sApp,
  defineFleet,
  env,
  file,
  folderSource,
  type Fleet,
  gitSource,
  gitChart,
  helmApp,
  helmChart,
  inSecret,
  kind,
  kustomizeApp,
  ociChart,
  tenant,
  value,
  webApp,
} from '../../model';
import { encrypted } from './site';

const podinfo = { image: 'registry.example.com:5000/podinfo', tag: '6.9.2', port: 9898 };

function chart(folder: string, paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    paths.map((path) => [`${folder}/${path}`, readFileSync(`docs/examples/${folder}/${path}`, 'utf8')]),
  );
}

function workload(name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels: { its: ${name} }
  template:
    metadata:
      labels: { its: ${name} }
    spec:
      containers:
        - name: ${name}
          image: registry.example.com/${name}:1.0
          env:
            - name: TOKEN
              valueFrom: { secretKeyRef: { name: folder, key: token } }
`;
}

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  names: { kind: Widget, listKind: WidgetList, plural: widgets, singular: widget }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true }
---
apiVersion: example.com/v1
kind: Widget
metadata: { name: first, namespace: plain }
`;

/** What {@link everything} reads beside its fleet.ts. */
export const beside = {
  ...chart('charts/podinfo', [
    'Chart.yaml',
    'values.yaml',
    'values.schema.json',
    'templates/_pod.tpl',
    'templates/deployment.yaml',
    'templates/service.yaml',
    'templates/tests/pod.yaml',
  ]),
  'secrets/dev/git-release.yaml': encrypted('git-release-values', ['message'], { namespace: 'flux-system' }),
  'secrets/dev/team-b.yaml': encrypted('team-b-flux', ['identity', 'known_hosts', 'address'], {
    namespace: 'team-b-1',
  }),
  'tenants/a/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: team-a }\n',
  'secrets/dev/folder.yaml': encrypted('folder', ['token']),
  'deploy/cache/kustomization.yaml': 'resources: [workload.yaml, parts]\nnamePrefix: the-\n',
  'deploy/cache/workload.yaml': workload('cache'),
  'deploy/cache/parts/kustomization.yaml': 'resources: [config.yaml]\n',
  'deploy/cache/parts/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config }\ndata: { a: b }\n',
  'deploy/plain/definition.yaml': definition,
  'secrets/dev/full.yaml': encrypted('full', ['API_KEY', 'tls.key', 'unused']),
  'secrets/prod/full.yaml': encrypted('full', ['tls.key', 'API_KEY']),
};

/** A fleet that says everything that can be said; `reversed` says the same in the opposite order. */
export function everything({ reversed = false } = {}): Fleet {
  const order = <V>(object: Record<string, V>) =>
    Object.fromEntries(reversed ? Object.entries(object).reverse() : Object.entries(object));
  const full = webApp({
    ...podinfo,
    args: ['--level=debug', '--random-delay'],
    env: order({ B: 'yes', A: '1.10', C: 'a: ${b} # "c"\nd' }),
    secrets: order({ API_KEY: env(), 'tls.key': file('/etc/tls') }),
    hosts: ['full.example.com', '*.full.example.com'],
    ingressClass: 'nginx',
    after: ['bare'],
    timeout: '5m',
    replicas: 2,
    nodePort: 30080,
    readyPath: '/ready',
    livePath: '/live',
    resources: order({ requests: order({ cpu: '50m', memory: '64Mi' }), limits: order({ cpu: '1', memory: '1Gi' }) }),
  });
  const changed = {
    replicas: 3,
    tag: '7.0',
    env: order({ D: 'null', B: '0x1F', A: null }),
    resources: order({ requests: order({ memory: '128Mi', cpu: '0.1' }), limits: order({ memory: '2Gi' }) }),
    hosts: ['www.example.com'],
    patches: order({
      Service: [{ op: 'replace', path: '/spec/type', value: 'ClusterIP' }],
      Deployment: { spec: { template: { spec: { priorityClassName: 'high' } } } },
    }),
  };
  const helm = helmApps(order);
  return defineFleet({
    clusters: order({ dev: kind(), prod: kind({ workers: 2, ports: { 8080: 30080 } }), empty: kind() }),
    apps: order({
      full,
      bare: webApp({ ...podinfo, resources: {} }),
      idle: webApp(podinfo),
      ...helm,
      ...objectsApps(order),
    }),
    tenants: tenants(order),
    runs: order({
      dev: order<object>({
        full: {},
        bare: { hosts: ['bare.example.com'] },
        'git-release': {},
        'repository-release': {},
        'oci-release': {},
        folder: {},
        plain: {},
        construct: {},
        'team-a': {},
        'team-b': { quota: order({ pods: '5', services: '2' }) },
        'team-c': { patches: { 'LimitRange/tenant': [{ op: 'remove', path: '/spec/limits/0/default' }] } },
      }),
      prod: order<object>({
        full: order<unknown>(changed),
        bare: {},
        'repository-release': {
          values: order({ replicas: 3, nested: order({ b: null, c: [3] }) }),
          patches: { HelmRelease: [{ op: 'replace', path: '/spec/interval', value: '5m' }] },
        },
        plain: {},
        construct: {
          tags: { 'registry.example.com/own': '2.0' },
          replicas: { own: 2 },
          patches: order({
            'Deployment/own': [{ op: 'replace', path: '/spec/replicas', value: 4 }],
            'Widget/second': { spec: { size: 2 } },
          }),
        },
      }),
      empty: {},
    }),
  });
}

type Order = <V>(object: Record<string, V>) => Record<string, V>;

function helmApps(order: Order) {
  const ignore = [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }];
  return order({
    'git-release': helmApp({
      chart: gitChart('charts/podinfo'),
      values: order({ replicas: 2, color: '#2e8b57' }),
      secrets: { message: value('message') },
      test: true,
      after: ['bare'],
    }),
    'repository-release': helmApp({
      chart: helmChart({ repository: 'https://charts.example.com', name: 'thing', version: '1.2.3' }),
      values: order({ replicas: 1, nested: order({ a: 1, b: true, c: [1, 2] }) }),
      drift: { mode: 'warn', ignore },
      remediation: { retries: 1, strategy: 'uninstall' },
      timeout: '10m',
    }),
    'oci-release': helmApp({
      chart: ociChart({ url: 'oci://registry.example.com/charts/thing', version: 'v1.2.3', insecure: true }),
      podSecurity: 'baseline',
      health: [{ apiVersion: 'example.com/v1', kind: 'Widget', current: "status.phase == 'Up'" }],
    }),
  });
}

function objectsApps(order: Order) {
  const template = {
    metadata: { labels: { its: 'own' } },
    spec: { containers: [{ name: 'own', image: 'registry.example.com/own:1.0' }] },
  };
  return order({
    folder: kustomizeApp({ folder: 'deploy/cache', secrets: { token: inSecret() } }),
    plain: kustomizeApp({
      folder: 'deploy/plain',
      health: [{ apiVersion: 'example.com/v1', kind: 'Widget', current: "status.phase == 'Up'", failed: 'false' }],
    }),
    construct: cdk8sApp({
      after: ['plain'],
      podSecurity: 'privileged',
      construct: (scope) => {
        new k8s.KubeDeployment(scope, 'own', {
          metadata: { name: 'own' },
          spec: { replicas: 1, selector: { matchLabels: { its: 'own' } }, template },
        });
        const spec = { size: 1 };
        new ApiObject(scope, 'w', { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'second' }, spec });
      },
    }),
  });
}

function tenants(order: Order) {
  return order({
    'team-a': tenant({
      source: folderSource('tenants/a'),
      after: ['bare'],
      people: order({ viewers: { users: ['v'] }, editors: { groups: ['team-a', 'leads'], users: ['e'] } }),
      alerts: { type: 'slack', channel: '#team-a', address: 'https://slack.example.com' },
    }),
    'team-b': tenant({
      source: gitSource({ url: 'ssh://git@git.example.com/team-b' }),
      namespaces: ['team-b-1', 'team-b-2'],
      network: {
        within: true,
        from: [{ namespace: 'ingress', ports: [8080] }],
        to: [{ cidr: '10.0.0.0/8', ports: [5432, 443] }, { namespace: 'bare' }],
      },
      alerts: { type: 'generic', severity: 'info' },
    }),
    'team-c': tenant(),
  });
}
