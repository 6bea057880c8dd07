import { fluxRoot } from '../../model';
import { waitFor } from '../applied';
import { type FluxObject, requestedAt } from '../cluster-client';
import { commitOf, isUnit } from '../commit-state';
import { Comparison, type ComparisonProps } from '../comparison';
import { refuseSuspended } from '../suspended';
import { waitUntil } from '../wait';
import { appObjects } from './app-objects';

export interface ReconcileProps extends Omit<ComparisonProps, 'unitsAt' | 'asks' | 'only'> {
  /** The app or tenant. @default - all */
  readonly app?: string;
  /** How long to wait at most, in ms. */
  readonly timeout: number;
  readonly report?: (missing: readonly string[]) => void;
}

/**
 * Asks a cluster's Flux to fetch the repository now, then to compare an app with it, and waits for what comes of it.
 *
 * @returns the commit that it was compared with
 * @throws FleetError for what is suspended, which Flux would leave as it is; and why it does not get ready
 */
export async function reconcile(props: ReconcileProps): Promise<string> {
  const { client, app } = props;
  const found = app === undefined ? undefined : await appObjects(client, app);
  if (found) refuseSuspended(client, [found.own, ...found.releases]);
  const commit = await fetchNow(props);
  const units = (await client.list('Kustomization')).filter(isUnit).map(({ metadata }) => metadata.name);
  const unitsAt = (_: string, of: string) => Promise.resolve(of === commit ? units : undefined);
  const comparison = new Comparison({ ...props, unitsAt, only: app === undefined ? undefined : [app] });
  await waitFor(comparison, props);
  return commit;
}

/** Lets Flux fetch the repository. @returns the commit that it has fetched */
async function fetchNow({ client, timeout, report }: ReconcileProps): Promise<string> {
  const source = async () => (await client.list('GitRepository')).find(({ metadata }) => metadata.name === fluxRoot)!;
  refuseSuspended(client, [await source()]);
  await client.requestReconcile('GitRepository', fluxRoot);
  let fetched: FluxObject | undefined;
  await waitUntil({
    place: `cluster ${client.name}`,
    timeout,
    report,
    missing: async () => {
      fetched = await source();
      return isHandled(fetched) ? [] : ['the repository is being fetched'];
    },
    next: `Run \`npm run fleet -- status --cluster ${client.name}\` to see what Flux is at`,
  });
  return commitOf(fetched?.status?.artifact?.revision);
}

function isHandled({ metadata, status }: FluxObject): boolean {
  return status?.lastHandledReconcileAt === metadata.annotations?.[requestedAt];
}
