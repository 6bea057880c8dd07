import { App as Scope } from 'cdk8s';
import { fluxNamespace, type HelmApp, type HelmAppOverlay } from '../../../model';
import { baseOf, objectsOf } from '../base';
import type { AppInCluster, AppRenderer } from '../kind';
import { HelmBase, secretValues } from './base';
import { chartRenderer } from './chart-source';
import { mergedValues, onlyNulls, valuesPatch, withoutNulls } from './values';
import { sortedKeys } from '../../files/object';
import { appLabels } from '../../labels';
import type { BaseChanges } from '../../patches/overlay';
import { podAnnotation, workloadKinds } from '../../secrets/pod-annotation';

export const helmRenderer: AppRenderer<HelmApp, HelmAppOverlay> = {
  base({ fleet, root, name, app }) {
    const base = baseOf(objectsOf(new HelmBase(new Scope(), name, { app, fleet })));
    return { ...base, shared: chartRenderer(app.chart).files?.(root) };
  },

  changes,

  // A failed release is rolled back, which may take as long as the upgrade took to fail.
  readiness: ({ timeout }) => ({ timeout: times(timeout, 2), health: [] }),
};

/**
 * How a Helm release differs from the app's base in one cluster: the values that do, and no others. Values that are null
 * are in a ConfigMap, because Flux loses those of a HelmRelease: https://github.com/fluxcd/kustomize-controller/issues/372
 */
function changes(props: AppInCluster<HelmApp, HelmAppOverlay>): BaseChanges {
  const { fleet, name, app, overlay, secretHash } = props;
  const merged = mergedValues(app.values, overlay.values);
  const [values, nulls] = [valuesPatch(withoutNulls(app.values), withoutNulls(merged)), onlyNulls(merged)];
  const { chart, source } = versionPatch(props);
  if (!values && !nulls && !chart && secretHash === undefined) return { patches: source };
  const nullsName = `${name}-nulls`;
  const patch = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: fluxNamespace },
    spec: {
      ...chart,
      ...(secretHash !== undefined && { postRenderers: annotatePods(secretHash) }),
      ...(values && { values: sortedKeys(values) }),
      ...(nulls && { valuesFrom: [{ kind: 'ConfigMap', name: nullsName }, ...secretValues(name, { app, fleet })] }),
    },
  };
  if (!nulls) return { patches: [patch, ...source] };
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: nullsName,
      namespace: fluxNamespace,
      // Flux looks at once, when it changes.
      labels: { ...appLabels(fleet.name, name), 'reconcile.fluxcd.io/watch': 'Enabled' },
    },
    data: { 'values.yaml': JSON.stringify(sortedKeys(nulls)) },
  };
  return { patches: [patch, ...source], resources: new Map([['nulls.yaml', configMap]]) };
}

/** The chart's version in a cluster: a part of the HelmRelease, or a patch of the object that fetches the chart. */
function versionPatch({ name, app, overlay: { version } }: AppInCluster<HelmApp, HelmAppOverlay>) {
  if (app.chart.type === 'git' || version === undefined || version === app.chart.version) return { source: [] };
  if (app.chart.type === 'repository') return { chart: { chart: { spec: { version } } }, source: [] };
  const { apiVersion, kind } = chartRenderer(app.chart).source!(name);
  return {
    source: [{ apiVersion, kind, metadata: { name, namespace: fluxNamespace }, spec: { ref: { tag: version } } }],
  };
}

/** The chart's objects are not known here, so all its pods get the annotation, and restart when a secret changes. */
function annotatePods(hash: string): object[] {
  const patches = workloadKinds.map((kind) => {
    const patch = { apiVersion: 'apps/v1', kind, metadata: { name: 'any' }, ...podAnnotation(hash) };
    return { target: { group: 'apps', kind }, patch: JSON.stringify(patch) };
  });
  return [{ kustomize: { patches } }];
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** A duration in Flux's format, multiplied: `1m30s` times 2 is `180s`. */
export function times(duration: string, factor: number): string {
  const parts = [...duration.matchAll(/([\d.]+)(s|m|h)/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * seconds[unit!]!, 0);
  return `${Math.ceil(total * factor)}s`;
}
