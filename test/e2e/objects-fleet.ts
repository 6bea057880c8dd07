import type { ChartServer } from './chart-server';

/** What of the test's fleet changes from step to step. */
export interface Step {
  /** Of app-a. */
  readonly message?: string;
  /** Of the Helm release app-b. */
  readonly values?: string;
  /** Where charts come from that are not in Git; and with them a tenant's own branch. */
  readonly charts?: ChartServer | undefined;
}

/** What the cluster fetches from elsewhere than the fleet's branch: charts, and a tenant's own branch. */
function elsewhere(charts: ChartServer | undefined) {
  if (!charts) return { apps: '', tenants: '', runs: '' };
  const { host, chart } = charts;
  const source = "gitSource({ url: 'ssh://git@gitserver/git-server/repos/infra', branch: 'team-b', path: './deploy' })";
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
    tenants: `'team-b': tenant({ source: ${source} }),`,
    runs: "repository: {}, registry: {}, 'team-b': {},",
  };
}

/** One cluster that runs one of everything. */
export function objectsFleet({ message = 'first', values = '{}', charts }: Step): string {
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
