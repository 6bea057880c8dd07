import { App as Scope } from 'cdk8s';
import type { HelmApp, HelmAppOverlay } from '../../../model';
import { times } from '../../flux/duration';
import { baseOf, objectsOf } from '../base';
import type { AppRenderer } from '../kind';
import { HelmBase } from './base';
import { helmChanges } from './changes';
import { chartRenderer } from './chart-source';
import { checkValues, mergedValues } from './values';

export const helmRenderer: AppRenderer<HelmApp, HelmAppOverlay> = {
  base({ fleet, charts, name, app }) {
    const base = baseOf(objectsOf(new HelmBase(new Scope(), name, { app, fleet })));
    return { ...base, definitions: chartRenderer(app.chart).folder(charts)?.definitions };
  },

  changes(props) {
    const { charts, name, app, overlay, place } = props;
    const chart = chartRenderer(app.chart).folder(charts);
    const valuesPlace = overlay.values ? `${place}.values` : `apps.${name}.values`;
    if (chart) checkValues(chart, { place: valuesPlace, app, values: mergedValues(app.values, overlay.values) });
    return helmChanges(props);
  },

  // A failed release is rolled back, which may take as long as the upgrade took to fail.
  readiness: ({ timeout }) => ({ timeout: times(timeout, 2), health: [] }),
};
