import type { IHelmRelease } from '@kubernetes-models/flux-cd/helm.toolkit.fluxcd.io/v2/HelmRelease';
import type { IHelmRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/HelmRepository';
import type { IOCIRepository } from '@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/OCIRepository';
import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { type Fleet, fluxNamespace, fluxRoot, type HelmApp, secretMetadata } from '../../../model';
import { appLabels } from '../../labels';
import { AppNamespace } from '../namespace';

/** The app of a {@link HelmBase}. */
export interface HelmBaseProps {
  readonly app: HelmApp;
  readonly fleet: Fleet;
}

/**
 * The base of a Helm release, named by the chart's id: a Namespace, the HelmRelease, and where the chart is neither
 * of them, its source. Flux's objects are in Flux's namespace, since they may not refer to another, and what they
 * make is in the app's.
 *
 * https://fluxcd.io/flux/components/helm/helmreleases
 */
export class HelmBase extends Chart {
  constructor(scope: Construct, id: string, { app, fleet }: HelmBaseProps) {
    super(scope, id, { labels: appLabels(fleet.name, id), disableResourceNameHashes: true });
    new AppNamespace(this, 'namespace', { name: id, podSecurity: app.podSecurity });
    const source = chartSource(id, app);
    if (source) new ApiObject(this, 'source', source);
    new ApiObject(this, 'release', helmRelease(id, { app, fleet }));
  }
}

function helmRelease(name: string, { app, fleet }: HelmBaseProps): IHelmRelease & { metadata: object } {
  const { retries = 3, strategy = 'rollback' } = app.remediation;
  const { mode = 'enabled', ignore } = app.drift;
  const secrets = Object.entries(app.secrets).sort(([a], [b]) => (a < b ? -1 : 1));
  const valuesFrom = secrets.flatMap(([key, secret]) =>
    secret.type === 'value'
      ? [
          {
            kind: 'Secret' as const,
            name: secretMetadata(fleet, name).name,
            valuesKey: key,
            targetPath: secret.path,
            // Else Helm reads the value as that of `--set`: `a,b` as two, `12345678` as a number, `null` as none.
            literal: true,
          },
        ]
      : [],
  );
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: fluxNamespace },
    spec: {
      ...chartOf(name, app),
      releaseName: name,
      targetNamespace: name,
      storageNamespace: name,
      serviceAccountName: 'helm-controller',
      interval: '10m',
      timeout: app.timeout,
      maxHistory: 5,
      install: { crds: 'Create', remediation: { retries } },
      upgrade: {
        crds: 'CreateReplace',
        cleanupOnFail: true,
        remediation: { retries, strategy, remediateLastFailure: true },
      },
      driftDetection: { mode, ...(ignore && { ignore: ignore.map(ignoreRule) }) },
      ...(app.test && { test: { enable: true } }),
      ...(app.health.length > 0 && { healthCheckExprs: [...app.health], waitStrategy: { name: 'poller' as const } }),
      ...(Object.keys(app.values).length > 0 && { values: app.values }),
      ...(valuesFrom.length > 0 && { valuesFrom }),
    },
  };
}

function ignoreRule({ paths, target }: NonNullable<HelmApp['drift']['ignore']>[number]) {
  return { paths: [...paths], ...(target && { target }) };
}

function chartOf(name: string, { chart }: HelmApp): Pick<IHelmRelease['spec'] & object, 'chart' | 'chartRef'> {
  switch (chart.type) {
    case 'git':
      return {
        chart: {
          spec: {
            chart: `./${chart.path}`,
            reconcileStrategy: 'ChartVersion',
            sourceRef: { kind: 'GitRepository', name: fluxRoot },
            interval: '10m',
          },
        },
      };
    case 'repository':
      return {
        chart: {
          spec: {
            chart: chart.name,
            version: chart.version,
            sourceRef: { kind: 'HelmRepository', name },
            interval: '10m',
          },
        },
      };
    case 'oci':
      return { chartRef: { kind: 'OCIRepository', name } };
  }
}

/** Where the chart is fetched from; nothing, where that is the fleet's own Git. */
function chartSource(name: string, { chart }: HelmApp) {
  const metadata = { name, namespace: fluxNamespace };
  switch (chart.type) {
    case 'git':
      return undefined;
    case 'repository':
      return {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'HelmRepository',
        metadata,
        spec: { url: chart.repository, interval: '1h' },
      } satisfies IHelmRepository;
    case 'oci':
      return {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'OCIRepository',
        metadata,
        spec: {
          url: chart.url,
          ref: { tag: chart.version },
          layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
          interval: '1h',
          ...(chart.insecure && { insecure: true }),
        },
      } satisfies IOCIRepository;
  }
}
