import { url } from '../validation/common-rules';
import { discriminatedUnion, schema } from '../validation/schema';

/** The log of a small container that runs beside the git server: `docker logs fleet-alerts`. */
export interface AlertLog {
  readonly type: 'log';
}

/** A server that receives Flux's events: https://fluxcd.io/flux/components/notification/providers/#generic-webhook */
export interface AlertWebhook {
  readonly type: 'webhook';
  /** `https://…`. It is stored as plain text, so it must not contain a password or token. */
  readonly address: string;
}

/** Where Flux reports the clusters' failures. */
export type FleetAlerts = AlertLog | AlertWebhook;

/** Reports failures in the log of a container that runs beside the git server. */
export function alertLog(): AlertLog {
  return { type: 'log' };
}

/** Posts failures to a server of your own. */
export function alertWebhook(address: string): AlertWebhook {
  return { type: 'webhook', address };
}

/** The name of the container that logs failures, which is also its host name on the fleet's network. */
export const alertLogHost = 'fleet-alerts';

/** The address to which clusters post their failures. */
export function alertAddress(alerts: FleetAlerts): string {
  return alerts.type === 'log' ? `http://${alertLogHost}:8080/` : alerts.address;
}

export const alertsRule = discriminatedUnion<FleetAlerts>(
  {
    log: schema<Omit<AlertLog, 'type'>>({}),
    webhook: schema<Omit<AlertWebhook, 'type'>>({ address: url(['https', 'http'], 'address') }),
  },
  { what: 'a destination for alerts', example: 'alertLog()' },
);
