import type { App, ImageOverride, KustomizeAppOverlay } from '../../model';
import { mapValues } from '../../model/defaults';
import { imageChange } from '../files/kustomize-file';
import type { BaseChanges } from '../patches/overlay';
import { podAnnotations } from '../secrets/pod-annotation';
import type { AppInCluster } from './kind';

/** What a cluster changes of objects that the user wrote: tags and numbers of pods. */
export function objectChanges(props: AppInCluster<App, KustomizeAppOverlay>): BaseChanges {
  const { name, base, overlay, secretHash } = props;
  return {
    images: sorted<ImageOverride>({ ...mapValues(overlay.tags ?? {}, (tag) => ({ tag })), ...overlay.images }).map(
      ([image, change]) => imageChange(image, change),
    ),
    replicas: sorted(overlay.replicas).map(([workload, count]) => ({ name: workload, count })),
    patches: secretHash === undefined ? [] : podAnnotations(base.objects, name, secretHash),
  };
}

function sorted<V>(record: Readonly<Record<string, V>> = {}): [string, V][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
