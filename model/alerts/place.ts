import type { FleetName } from '../names';
import type { Check } from '../validation/schema';

/** What is known of a type of place that receives alerts. */
export interface AlertsModel<A extends { readonly type: string } = { readonly type: string }> {
  readonly schema: Check;
  /** The address to which a cluster's Flux posts failures. */
  address(alerts: A, fleet: FleetName): string;
  /** The container that receives them, where it is one of the fleet's own. */
  container?(alerts: A, fleet: FleetName): { readonly name: string; readonly entrypoint: string };
}
