import { FleetError } from '../../model';
import { type ClusterClient, type FluxObject } from '../cluster-client';
import { objectsOf, stateKinds } from '../commit-state';

/** What Flux has of an app or tenant in a cluster. */
export interface AppObjects {
  readonly all: readonly FluxObject[];
  /** Its own Flux Kustomization. */
  readonly own: FluxObject;
  readonly releases: readonly FluxObject[];
}

/** @throws FleetError where the cluster does not run the app */
export async function appObjects(client: ClusterClient, app: string): Promise<AppObjects> {
  const all = await client.list(...stateKinds);
  const [own, ...parts] = objectsOf(all, app);
  if (own?.kind !== 'Kustomization' || own.metadata.name !== app) {
    const problem = `the cluster's Flux has no ${app} yet`;
    throw new FleetError({ place: `cluster ${client.name}`, problem, next: 'Run `npm run up`, which publishes it' });
  }
  return { all, own, releases: parts.filter(({ kind }) => kind === 'HelmRelease') };
}
