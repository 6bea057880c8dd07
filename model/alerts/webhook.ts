import { url } from '../validation/common-rules';
import * as v from '../validation/schema';
import type { AlertsModel } from './place';

/** A server that takes Flux's events: https://fluxcd.io/flux/components/notification/providers/#generic-webhook */
export interface AlertWebhook {
  readonly type: 'webhook';
  /** `https://…`. It is not kept secret, so it must contain no token. */
  readonly address: string;
}

/** Failures are posted to a server of your own. */
export function alertWebhook(address: string): AlertWebhook {
  return { type: 'webhook', address };
}

export const alertWebhookModel: AlertsModel<AlertWebhook> = {
  schema: v.schema<Omit<AlertWebhook, 'type'>>({ address: url(['https', 'http'], 'address') }),
  address: ({ address }) => address,
};
