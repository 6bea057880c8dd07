import { Registry } from '../registry';
import { alertLogModel } from './log';
import type { AlertsModel } from './place';
import { alertWebhookModel } from './webhook';

export * from './log';
export * from './webhook';

const models = { log: alertLogModel, webhook: alertWebhookModel };

type AlertsOf<M> = M extends AlertsModel<infer A> ? A : never;

/** Where the failures of a fleet's clusters are posted. */
export type FleetAlerts = AlertsOf<(typeof models)[keyof typeof models]>;

export const alertsModels = new Registry<AlertsModel>('alerts', models);
