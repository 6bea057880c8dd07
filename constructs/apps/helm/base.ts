import type { IHelmRelease } from '@kubernetes-models/flux-cd/helm.toolkit.fluxcd.io/v2/HelmRelease';
import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  type Fleet,
  fluxInterval,
  fluxNamespace,
  type HelmApp,
  secretMetadata,
  secretsOfType,
  shardLabels,
} from '../../../model';
import { appLabels } from '../../labels';
import { AppNamespace } from '../base';
import { chartRenderer } from './chart-source';
import { withoutNulls } from './values';

/**
 * The base of a Helm release, whose name is the chart's id: a Namespace, the HelmRelease, and the source of its Helm
 * chart unless that is in the fleet's Git repository. The Flux objects are in Flux's namespace, because they cannot refer
 * to another one. The Helm chart's objects are in the app's namespace.
 *
 * https://fluxcd.io/flux/components/helm/helmreleases
 */
export class HelmBase extends Chart {
  constructor(scope: Construct, id: string, { app, fleet }: { app: HelmApp; fleet: Fleet }) {
    super(scope, id, { labels: appLabels(fleet.name, id), disableResourceNameHashes: true });
    new AppNamespace(this, 'namespace', { name: id, podSecurity: app.podSecurity });
    const source = chartRenderer(app.chart).source?.(id);
    if (source) new ApiObject(this, 'source', source);
    new ApiObject(this, 'release', helmRelease(id, { app, fleet }));
  }
}

function helmRelease(
  name: string,
  { app, fleet }: { app: HelmApp; fleet: Fleet },
): IHelmRelease & { metadata: object } {
  const { retries = 3, strategy = 'rollback' } = app.remediation;
  const { mode = 'enabled', ignore } = app.drift;
  const valuesFrom = secretValues(name, { app, fleet });
  const values = withoutNulls(app.values);
  // Helm's message about a value that does not match `pattern` or `format` has the value, and Flux puts it into events.
  const schema = valuesFrom.length > 0 ? { disableSchemaValidation: true } : {};
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: fluxNamespace, ...(app.shard && { labels: shardLabels(app.shard) }) },
    spec: {
      ...chartRenderer(app.chart).reference(name),
      releaseName: name,
      targetNamespace: name,
      storageNamespace: name,
      serviceAccountName: 'helm-controller',
      interval: fluxInterval,
      timeout: app.timeout,
      maxHistory: 5,
      install: { crds: 'Create', remediation: { retries }, ...schema },
      upgrade: {
        ...schema,
        crds: 'CreateReplace',
        cleanupOnFail: true,
        remediation: { retries, strategy, remediateLastFailure: true },
      },
      driftDetection: {
        mode,
        ...(ignore && {
          ignore: ignore.map(({ paths, target }) => ({ paths: [...paths], ...(target && { target }) })),
        }),
      },
      ...(app.test && { test: { enable: true } }),
      ...(app.health.length > 0 && { healthCheckExprs: [...app.health], waitStrategy: { name: 'poller' as const } }),
      ...(Object.keys(values).length > 0 && { values }),
      ...(valuesFrom.length > 0 && { valuesFrom }),
    },
  };
}

/** Where a release's values come from that are secrets. */
export function secretValues(name: string, { app, fleet }: { app: HelmApp; fleet: Fleet }) {
  return secretsOfType(app.secrets, 'value')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { path }]) => ({
      kind: 'Secret' as const,
      name: secretMetadata(fleet, name).name,
      valuesKey: key,
      targetPath: path,
      // Otherwise Helm parses the value as `--set` does: `a,b` as two values, `12345678` as a number, `null` as no value.
      literal: true,
    }));
}
