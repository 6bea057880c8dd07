import type { ChartServer } from './chart-server';

/** What of the test's fleet changes from step to step. */
export interface Step {
  /** Of app-a. */
  readonly message?: string;
  /** Of the Helm release app-b. */
  readonly values?: string;
  /** Where charts come from that are not in Git; and with them a tenant's own branch. */
  readonly charts?: ChartServer | undefined;
  /** Whether Flux may make the objects of `folder` again that Kubernetes does not let change. */
  readonly force?: boolean;
}

/** What the cluster fetches from elsewhere than the fleet's branch: charts, and a tenant's own branch. */
function elsewhere(charts: ChartServer | undefined) {
  if (!charts) return { apps: '', tenants: '', runs: '' };
  const { host, chart } = charts;
  const source = "gitSource({ url: 'ssh://git@gitserver/git-server/repos/infra', branch: 'team-b', path: './deploy' })";
  const network = "{ to: [{ namespace: 'app-a', ports: [9898] }] }";
  return {
    apps: `
    repository: helmApp({
      chart: helmChart({ repository: 'http://${host}', name: '${chart.name}', version: '${chart.version}' }),
      values: { ...images.podinfo, message: 'from a repository' },
    }),
    registry: helmApp({
      chart: ociChart({ url: 'oci://${host}/${chart.name}', version: '${chart.version}', insecure: true }),
      values: { ...images.podinfo, message: 'from a registry' },
    }),`,
    tenants: `'team-b': tenant({ source: ${source}, network: ${network} }),`,
    runs: "repository: {}, registry: {}, 'team-b': {},",
  };
}

/** One cluster that runs one of everything; of one node, as the tests reach a tenant's pods from their node only. */
export function objectsFleet({ message = 'first', values = '{}', charts, force = false }: Step): string {
  const { apps, tenants, runs } = elsewhere(charts);
  return `import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import images from './images.json';
import {
  cdk8sApp, defineFleet, folderSource, gitChart, gitSource, helmApp, helmChart, kind, kustomizeApp, ociChart, tenant, value, webApp,
} from './model';

const podinfo = { ...images.podinfo, port: 9898 };
export default defineFleet({
  clusters: { dev: kind() },
  apps: {
    'app-a': webApp({
      ...podinfo,
      env: { PODINFO_UI_MESSAGE: '${message}', PODINFO_UI_COLOR: '#123456' },
      hosts: ['app-a.example.org'],
    }),
    'app-b': helmApp({
      chart: gitChart('charts/podinfo'),
      values: { ...images.podinfo },
      secrets: { greeting: value('message') },
      test: true,
      timeout: '40s',
      remediation: { retries: 0 },
    }),
    'app-c': webApp({ ...podinfo, after: ['app-a'] }),
    folder: kustomizeApp({
      folder: 'deploy/folder',
      force: ${force},
      health: [{ apiVersion: 'example.org/v1', kind: 'Widget', current: 'spec.size == 3' }],
    }),
    own: cdk8sApp({
      construct: (scope) => {
        new k8s.KubeConfigMap(scope, 'map', { metadata: { name: 'own' }, data: { a: 'b' } });
        new ApiObject(scope, 'widget', { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'own' } });
      },
      after: ['folder'],
    }),${apps}
  },
  tenants: {
    'team-a': tenant({ source: folderSource('tenants/team-a'), alerts: { type: 'generic', severity: 'info' } }),
    ${tenants}
  },
  runs: {
    dev: {
      'app-a': {
        env: { PODINFO_UI_COLOR: null },
        hosts: ['app-a.dev.example.org'],
        patches: {
          Deployment: { spec: { template: { spec: { terminationGracePeriodSeconds: 45 } } } },
          Service: [{ op: 'add', path: '/spec/sessionAffinity', value: 'ClientIP' }],
        },
      },
      'app-b': { values: ${values} }, 'app-c': {}, folder: {}, own: {}, 'team-a': {}, ${runs}
    },
  },
});
`;
}

/** The text of a ConfigMap. */
export const configMap = (name: string, namespace: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${namespace}}\ndata: {a: b}\n`;

/** A Job whose pod template has a version. */
export const job = (version: string, image: string) => `apiVersion: batch/v1
kind: Job
metadata: {name: folder, namespace: folder}
spec:
  template:
    metadata: {labels: {version: ${version}}}
    spec:
      restartPolicy: Never
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: podinfo
          image: ${image}
          command: [/home/app/podinfo, --version]
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

/** A tenant's app that calls app-a whenever it is asked for `/api/echo`, and answers what came of it. */
export const caller = (namespace: string, image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: caller, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: caller}}
  template:
    metadata: {labels: {app: caller}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: podinfo
          image: ${image}
          env:
            - {name: PODINFO_BACKEND_URL, value: 'http://app-a.app-a.svc.cluster.local:9898/env'}
            - {name: PODINFO_HTTP_CLIENT_TIMEOUT, value: 3s}
          readinessProbe: {httpGet: {path: /readyz, port: 9898}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
---
apiVersion: v1
kind: Service
metadata: {name: caller, namespace: ${namespace}}
spec: {selector: {app: caller}, ports: [{port: 9898}]}
`;

/** A Flux Kustomization of a tenant's that would apply what is in the fleet's own repository. */
export const borrower = (namespace: string) => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: borrower, namespace: ${namespace}}
spec:
  sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}
  path: ./apps/own/base
  interval: 10m
  prune: true
`;

/** Of a kind that no cluster knows before. */
export const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}
`;
/** One of them. */
export const widget = `apiVersion: example.org/v1
kind: Widget
metadata: {name: folder, namespace: folder}
spec: {size: 3}
`;
