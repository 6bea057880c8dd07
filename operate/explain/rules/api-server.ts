import type { Found } from '../rule';

/** Both controllers send objects to the API server, whose words are the same. */
export const apply = {
  kinds: ['Kustomization', 'HelmRelease'],
  reasons: ['ReconciliationFailed', 'InstallFailed', 'UpgradeFailed', 'RollbackFailed'],
  outcome: 'final',
} as const;
/** The object in Flux's own words; Helm names it otherwise. */
export const object = /(?:(?<object>\w+\/\S+) (?:dry-run|apply) failed[^]*?)?/.source;
/** What else a refusal means. */
export const rest = 'the rest of the commit was not applied either';
/** The object that a message is about. */
export const thing = ({ object, name }: Found) => object || (name ? `\`${name}\`` : 'an object');

/** A value that can be a whole object, such as the pod template of a Job. */
export function shortValue(value = ''): string {
  return value.length > 200 ? `${value.slice(0, 150)} … ${value.slice(-40)}` : value;
}
