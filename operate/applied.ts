import { FleetError, fluxNamespace, type Problem } from '../model';
import { UnreachableError, TimeoutError, waitUntil, type WaitProps } from './wait';
import { commitsOf, Comparison, type ComparisonProps, type UnitsAt } from './comparison';
import type { ClusterClient } from './cluster-client';
import { commitState, stateKinds } from './commit-state';

export type { UnitsAt };

export interface AppliedProps extends Omit<ComparisonProps, 'asks'>, Pick<WaitProps, 'timeout' | 'report'> {}

/**
 * Asks a cluster's Flux to fetch the repository now and to compare everything with it, and waits until it has applied the
 * published commit or one on top of it, has corrected what differed, everything is ready, and what the commit removes is
 * gone.
 *
 * @returns what Flux has corrected, as `Deployment/app-a/app-a configured`
 * @throws FleetError that names what is missing when the time is up, or what somebody has suspended; and why the commit
 * cannot become ready, as soon as that is known.
 */
export async function applied(props: AppliedProps): Promise<string[]> {
  const comparison = new Comparison(props);
  await waitFor(comparison, props);
  return comparison.corrections();
}

/** What came of a commit in a cluster. */
export type Landing =
  | { readonly cluster: string; readonly outcome: 'landed'; readonly commit: string }
  | {
      readonly cluster: string;
      readonly outcome: 'failed' | 'timed out' | 'unreachable';
      readonly problems: readonly Problem[];
    };

/** Waits like {@link applied}, and asks nothing of Flux. A cluster that does not answer is given up after the grace. */
export async function landing(props: AppliedProps & { readonly silence: number }): Promise<Landing> {
  const cluster = props.client.name;
  const comparison = new Comparison({ ...props, asks: false });
  try {
    await waitFor(comparison, props);
    return { cluster, outcome: 'landed', commit: comparison.commit };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    const outcome =
      error instanceof TimeoutError ? 'timed out' : error instanceof UnreachableError ? 'unreachable' : 'failed';
    return { cluster, outcome, problems: error.problems };
  }
}

/** Waits until a cluster is as what it is compared with. */
export async function waitFor(
  comparison: Comparison,
  props: Pick<AppliedProps, 'client' | 'timeout' | 'report'> & Pick<WaitProps, 'silence'>,
): Promise<void> {
  const { client, timeout, report, silence } = props;
  const kinds = 'gitrepositories,kustomizations.kustomize.toolkit.fluxcd.io,helmreleases';
  const look = `\`kubectl --context ${client.context} -n ${fluxNamespace} get ${kinds}\``;
  await waitUntil({
    place: `cluster ${client.name}`,
    timeout,
    silence,
    report,
    missing: (last) => comparison.missing(last),
    next: () => comparison.next ?? `Look at ${look}`,
  });
}

/** What a cluster lacks to be as in a commit, in short sentences; none when it is. Nothing is asked of Flux. */
export async function stillMissing(client: ClusterClient, unitsAt: UnitsAt): Promise<string[]> {
  const objects = await client.list(...stateKinds);
  const commits = await commitsOf(objects, (commit) => unitsAt(client.name, commit));
  return commitState({ objects, commits }).flatMap(({ state, detail }) => (state === 'ready' ? [] : detail));
}
