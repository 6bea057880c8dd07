import { alertLogContainer } from '../names';
import * as v from '../validation/schema';
import type { AlertsModel } from './place';

/** The log of a small container beside the git server: `docker logs fleet-alerts`. */
export interface AlertLog {
  readonly type: 'log';
}

/** Failures go to the log of a container beside the git server. */
export function alertLog(): AlertLog {
  return { type: 'log' };
}

export const alertLogModel: AlertsModel<AlertLog> = {
  schema: v.schema<Omit<AlertLog, 'type'>>({}),
  address: (_, fleet) => `http://${alertLogContainer(fleet)}:8080/`,
  container: (_, fleet) => ({ name: alertLogContainer(fleet), entrypoint: 'alert-log' }),
};
