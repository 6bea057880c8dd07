import type { ClusterEvent } from './cluster-client';

/** What a change of Flux's is called where it is shown. */
const helmActions: Readonly<Record<string, string>> = {
  InstallSucceeded: 'installed',
  UpgradeSucceeded: 'upgraded',
  RollbackSucceeded: 'rolled back',
};

/**
 * What Flux has corrected, by its own events: `Deployment/app-a/app-a configured`.
 *
 * @param before the events before Flux was asked to compare
 * @param settled whether an object had applied the commit before: any change that Flux has made for it since is a
 * correction
 */
export function corrections(
  before: readonly ClusterEvent[],
  after: readonly ClusterEvent[],
  settled: (object: ClusterEvent['involvedObject']) => boolean,
): string[] {
  const known = new Set(before.map(versionOf));
  const fresh = after.filter((event) => !known.has(versionOf(event)));
  return [...new Set(fresh.flatMap((event) => correctionsIn(event, settled(event.involvedObject))))].sort();
}

function versionOf({ metadata }: ClusterEvent): string {
  return `${metadata.uid} ${metadata.resourceVersion}`;
}

function correctionsIn({ involvedObject, reason = '', message = '' }: ClusterEvent, settled: boolean): string[] {
  const lines = message.split('\n');
  if (reason === 'DriftCorrected') return changes(lines.slice(1));
  if (!settled) return [];
  const action = involvedObject.kind === 'HelmRelease' ? helmActions[reason] : undefined;
  return action
    ? [`HelmRelease/${involvedObject.name} ${action}`]
    : involvedObject.kind === 'Kustomization'
      ? changes(lines)
      : [];
}

/** The changed objects in lines such as `Deployment/app-a/app-a configured`. */
function changes(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^(\w+\/\S+ (?:created|configured|deleted))\b/.exec(line)?.[1] ?? []);
}
