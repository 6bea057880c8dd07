import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { imageReference, type WebApp } from '../../../model';
import { appLabels, selectorLabels } from '../../labels';
import { literal, secretVolumes, variables } from './secrets';
import { AppNamespace, quantities } from '../base';

/** The user and group of every container: one that no image uses and that owns no files. */
const nonRoot = 65532;

/**
 * The base of a web app, whose name is the chart's id: a Namespace that enforces the restricted Pod
 * Security Standard, a Deployment that conforms to it, a Service, and an Ingress if the app has hosts.
 *
 * The objects are those of cdk8s-plus's `k8s` module. Its higher-level constructs add a hash to each selector and
 * defaults to each object.
 */
export class WebAppBase extends Chart {
  constructor(scope: Construct, id: string, { app, fleet }: { app: WebApp; fleet: string }) {
    super(scope, id, { labels: appLabels(fleet, id), disableResourceNameHashes: true });
    const metadata = { name: id, namespace: id };
    new AppNamespace(this, 'namespace', { name: id, podSecurity: 'restricted' });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata,
      spec: {
        replicas: app.replicas,
        revisionHistoryLimit: 3,
        selector: { matchLabels: selectorLabels(id) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
        },
        template: { metadata: { labels: this.labels }, spec: pod(id, app) },
      },
    });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        type: app.nodePort === undefined ? 'ClusterIP' : 'NodePort',
        selector: selectorLabels(id),
        ports: [
          { name: 'http', port: app.port, targetPort: k8s.IntOrString.fromString('http'), nodePort: app.nodePort },
        ],
      },
    });
    if (app.hosts.length > 0) new k8s.KubeIngress(this, 'ingress', { metadata, spec: ingressSpec(id, app) });
  }
}

function pod(name: string, app: WebApp): k8s.PodSpec {
  return {
    automountServiceAccountToken: false,
    // A Service `podinfo` would set PODINFO_PORT=tcp://…, which an app of that name reads as its own setting.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: nonRoot,
      runAsGroup: nonRoot,
      fsGroup: nonRoot,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selectorLabels(name) },
        matchLabelKeys: ['pod-template-hash'],
      },
    ],
    containers: [container(name, app)],
    volumes: [{ name: 'tmp', emptyDir: {} }, ...secretVolumes(name, app).volumes],
  };
}

function container(name: string, app: WebApp): k8s.Container {
  const env = variables(name, app);
  const get = (path: string) => ({ path, port: k8s.IntOrString.fromString('http') });
  return {
    name,
    image: imageReference(app),
    imagePullPolicy: 'IfNotPresent',
    ...(app.args.length > 0 && { args: app.args.map(literal) }),
    ...(env.length > 0 && { env }),
    ports: [{ name: 'http', containerPort: app.port }],
    // Probed each second until the app responds once. The readiness probe starts immediately after that.
    startupProbe: { httpGet: get(app.livePath), periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 },
    readinessProbe: { httpGet: get(app.readyPath), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 3 },
    livenessProbe: { httpGet: get(app.livePath), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    resources: { requests: quantities({ ...app.resources.requests }), limits: quantities({ ...app.resources.limits }) },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...secretVolumes(name, app).mounts],
  };
}

/** An Ingress that forwards each host of a web app to its Service. */
export function ingressSpec(name: string, { hosts, ingressClass }: WebApp): k8s.IngressSpec {
  return {
    ...(ingressClass && { ingressClassName: ingressClass }),
    rules: hosts.map((host) => ({
      host,
      http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] },
    })),
  };
}
