/** The log of a small container beside the git server: `docker logs fleet-alerts`. */
export interface AlertLog {
  readonly type: 'log';
}

/** A server that takes Flux's events: https://fluxcd.io/flux/components/notification/providers/#generic-webhook */
export interface AlertWebhook {
  readonly type: 'webhook';
  /** `https://…`; who knows it may post there, so it must be no secret. */
  readonly address: string;
}

/** Where the clusters' failures are told. */
export type FleetAlerts = AlertLog | AlertWebhook;

/** Failures go to the log of a container beside the git server. */
export function alertLog(): AlertLog {
  return { type: 'log' };
}

/** Failures are posted to a server of your own. */
export function alertWebhook(address: string): AlertWebhook {
  return { type: 'webhook', address };
}

/** The name of the container whose log has the failures, which is its host name on the fleet's network. */
export const alertLogHost = 'fleet-alerts';

/** The address to which a cluster's failures are posted. */
export function alertAddress(alerts: FleetAlerts): string {
  return alerts.type === 'log' ? `http://${alertLogHost}:8080/` : alerts.address;
}
