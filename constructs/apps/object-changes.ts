import type { App, KustomizeAppOverlay } from '../../model';
import type { BaseChanges } from '../patches/overlay';
import { podAnnotations } from '../secrets/pod-annotation';
import type { AppInCluster } from './kind';

/** What a cluster changes of objects that the user wrote: tags and numbers of pods. */
export function objectChanges(props: AppInCluster<App, KustomizeAppOverlay>): BaseChanges {
  const { name, base, overlay, secretHash } = props;
  return {
    images: sorted(overlay.tags).map(([image, newTag]) => ({ name: image, newTag })),
    replicas: sorted(overlay.replicas).map(([workload, count]) => ({ name: workload, count })),
    patches: secretHash === undefined ? [] : podAnnotations(base.objects, name, secretHash),
  };
}

function sorted<V>(record: Readonly<Record<string, V>> = {}): [string, V][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
