import { App as Scope } from 'cdk8s';
import { fluxNamespace, type HelmApp, type HelmAppOverlay } from '../../../model';
import { baseOf, objectsOf } from '../base';
import type { AppInCluster, AppRenderer } from '../kind';
import { HelmBase } from './base';
import { chartRenderer } from './chart-source';
import { checkValues, differingValues, mergedValues } from './values';
import { sortedKeys } from '../../files/object';
import type { BaseChanges } from '../../patches/overlay';
import { podAnnotation, workloadKinds } from '../../secrets/pod-annotation';

export const helmRenderer: AppRenderer<HelmApp, HelmAppOverlay> = {
  base({ fleet, charts, name, app }) {
    const base = baseOf(objectsOf(new HelmBase(new Scope(), name, { app, fleet })));
    return { ...base, definitions: chartRenderer(app.chart).folder?.(charts)?.definitions };
  },

  changes(props) {
    const { charts, name, app, overlay, place } = props;
    const chart = chartRenderer(app.chart).folder?.(charts);
    const valuesPlace = overlay.values ? `${place}.values` : `apps.${name}.values`;
    if (chart) checkValues(chart, { place: valuesPlace, app, values: mergedValues(app.values, overlay.values) });
    return helmChanges(props);
  },

  // A failed release is rolled back, which may take as long as the upgrade took to fail.
  readiness: ({ timeout }) => ({ timeout: times(timeout, 2), health: [] }),
};

/** How a Helm release differs from the app's base in one cluster: the values that do, and no others. */
export function helmChanges(props: AppInCluster<HelmApp, HelmAppOverlay>): BaseChanges {
  const { name, app, overlay, secretHash } = props;
  const values = differingValues(app.values, overlay.values);
  if (!values && secretHash === undefined) return {};
  const patch = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: fluxNamespace },
    spec: {
      ...(secretHash !== undefined && { postRenderers: annotatePods(secretHash) }),
      ...(values && { values: sortedKeys(values) }),
    },
  };
  return { patches: [patch] };
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
