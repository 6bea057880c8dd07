import type { ChartServer } from './chart-server';

interface Step {
  /** Of the namespace of the guestbook. */
  readonly podSecurity?: string;
  /** The repository of a chart that is another app. */
  readonly charts?: ChartServer;
}

/** Two clusters that run a folder with a base and overlays, and a chart of a Helm repository. */
export function guestbookFleet({ podSecurity, charts }: Step): string {
  const chart =
    charts &&
    `{ repository: 'http://${charts.host}', name: '${charts.chart.name}', version: '${charts.chart.version}' }`;
  const greeter = (cluster: string) => (charts ? `greeter: { values: { message: 'from ${cluster}' } },` : '');
  return `import images from './images.json';
import { defineFleet, helmApp, helmChart, inSecret, kind, kustomizeApp } from './model';

export default defineFleet({
  clusters: { dev: kind(), prod: kind() },
  apps: {
    guestbook: kustomizeApp({
      folder: 'deploy/guestbook',
      path: 'overlays/dev',
      ${podSecurity ? `podSecurity: '${podSecurity}',` : ''}
      secrets: { password: inSecret() },
    }),
    ${chart ? `greeter: helmApp({ chart: helmChart(${chart}), values: { ...images.podinfo } }),` : ''}
  },
  runs: {
    dev: { guestbook: {}, ${greeter('dev')} },
    prod: {
      guestbook: {
        path: 'overlays/prod',
        replicas: { frontend: 2 },
        patches: [
          {
            target: { kind: 'Service', labelSelector: 'tier=backend' },
            patch: [{ op: 'add', path: '/spec/sessionAffinity', value: 'ClientIP' }],
          },
        ],
      },
      ${greeter('prod')}
    },
  },
});
`;
}

const deployment = (name: string, tier: string, container: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}, tier: ${tier}}}
    spec:
      containers:
        - name: ${name}
${container.replaceAll(/^/gm, '          ')}
`;

const service = (name: string, { app = name, tier = name, port = 6379 }) => `apiVersion: v1
kind: Service
metadata: {name: ${name}, labels: {tier: ${tier}}}
spec: {selector: {app: ${app}}, ports: [{port: ${port}}]}
`;

/** An overlay that renames the images: the registry of the files is one that this cluster does not use. */
const overlay = (images: string) => `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../base]
images:
  - {name: registry.example.com/guestbook/frontend, ${images}}
  - {name: registry.example.com/redis, ${images}}
`;

/** The files of a folder after the guestbook that Kubernetes's own tutorials have: two Deployments, three Services. */
export const guestbook = (podinfo: { image: string; tag: string }): Record<string, string> => {
  const renamed = overlay(`newName: ${podinfo.image}, newTag: ${podinfo.tag}`);
  return {
    'base/kustomization.yaml': 'resources: [frontend.yaml, redis.yaml, services.yaml]\n',
    'base/frontend.yaml': deployment(
      'frontend',
      'frontend',
      `image: registry.example.com/guestbook/frontend:v5
env:
  - {name: REDIS_PASSWORD, valueFrom: {secretKeyRef: {name: guestbook, key: password}}}
readinessProbe: {httpGet: {path: /readyz, port: 9898}}`,
    ),
    'base/redis.yaml': deployment(
      'redis',
      'backend',
      `image: registry.example.com/redis:7
command: [/home/app/podinfo, --port=6379]`,
    ),
    'base/services.yaml': [
      service('frontend', { port: 9898 }),
      service('redis-leader', { app: 'redis', tier: 'backend' }),
      service('redis-follower', { app: 'redis', tier: 'backend' }),
    ].join('---\n'),
    'overlays/dev/kustomization.yaml': renamed,
    'overlays/prod/kustomization.yaml': renamed,
  };
};
