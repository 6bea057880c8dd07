import type { Command } from 'commander';
import { type Fleet, FleetError } from '../model';
import { type Landing, landing, type UnitsAt } from '../operate/applied';
import { publishedUnits } from '../operate/published-units';
import { AbsentError, type ClusterAccess, openClient, reachTimeout } from '../operate/reach';
import type { RepositoryCopy } from '../operate/repository';
import { joined } from '../machine/all-of';
import { chosenClusters, clusterOption } from './clusters';
import { loadFleet } from './fleet-file';
import { repositoryCopy } from './repository-copy';
import { graceOption, timeoutOption } from './timeout';
import { waitProps } from './wait-props';

interface WaitOptions {
  readonly commit?: string;
  readonly timeout: number;
  readonly grace: number;
  readonly cluster?: readonly string[];
  readonly json?: boolean;
}

const help = `
Changes nothing, and asks nothing of Flux. A commit has landed in a cluster when the cluster has applied it, or one on top of
it, and everything is ready. What cannot get ready ends the wait with its cause, as does what does not within --grace.

Exit codes: 0 landed in every cluster, 1 failed, 2 the time is up, 3 a cluster or the repository does not answer.`;

/** How long the repository may take to answer, in ms. */
const fetchTimeout = 15_000;

/** The exit codes of what can happen, the one that counts first. */
const exitCodes = [
  ['failed', 1],
  ['unreachable', 3],
  ['timed out', 2],
] as const;

/** `fleet wait`: waits until a commit has landed. */
export function register(program: Command): void {
  program
    .command('wait')
    .description('wait until each cluster has applied a commit, and everything in it is ready')
    .option('--commit <commit>', 'the commit (default: the last one that is published)')
    .addOption(clusterOption())
    .addOption(timeoutOption('how long a cluster may take'))
    .addOption(graceOption())
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (options: WaitOptions) => waitFor(loadFleet(), options));
}

async function waitFor(fleet: Fleet, options: WaitOptions): Promise<void> {
  const copy = repositoryCopy(fleet);
  const commit = await commitOf(copy, options.commit);
  const props = { ...options, commit, unitsAt: publishedUnits(copy, commit) };
  const clusters = await Promise.all(
    chosenClusters(fleet, options.cluster).map((cluster) => waitForCluster(fleet, cluster, props)),
  );
  const landed = clusters.every(({ outcome }) => outcome === 'landed');
  // What folds problems is of no use to a reader.
  const replacer = (key: string, value: unknown) => (key === 'same' ? undefined : value);
  if (options.json) console.log(JSON.stringify({ commit, landed, clusters }, replacer, 2));
  else for (const each of clusters) if (each.outcome === 'landed') console.log(describe(each, commit));
  process.exitCode = exitCodes.find(([outcome]) => clusters.some((each) => each.outcome === outcome))?.[1] ?? 0;
  const problems = clusters.flatMap((each) => (each.outcome === 'landed' ? [] : new FleetError(...each.problems)));
  if (problems.length > 0) console.error((joined(problems) as FleetError).message);
}

interface Awaited extends WaitOptions {
  readonly commit: string;
  readonly unitsAt: UnitsAt;
}

async function waitForCluster(fleet: Fleet, { name, kubeconfig }: ClusterAccess, props: Awaited): Promise<Landing> {
  const { unitsAt, timeout, grace } = props;
  try {
    const client = openClient(name, kubeconfig, reachTimeout);
    return await landing({ client, unitsAt, timeout, grace, silence: grace, ...waitProps(fleet, name) });
  } catch (error) {
    if (!(error instanceof AbsentError)) throw error;
    const problem = { place: `cluster ${name}`, problem: 'it has no kubeconfig yet', next: 'Run `npm run up`' };
    return { cluster: name, outcome: 'unreachable', problems: [problem] };
  }
}

/** @throws FleetError where there is no such commit; with exit code 3 where the repository does not answer */
async function commitOf(copy: RepositoryCopy, name?: string): Promise<string> {
  const known = name && (await copy.revision(`${name}^{commit}`));
  if (known) return known;
  const tip = await copy.fetch({ timeout: fetchTimeout }).catch((error: unknown) => {
    process.exitCode = 3;
    throw error;
  });
  const commit = name ? await copy.revision(`${name}^{commit}`) : tip;
  if (commit) return commit;
  const problem = name ? 'the repository has no such commit' : 'nothing is published yet';
  throw new FleetError({ place: `commit ${name ?? ''}`.trim(), problem, next: 'Run `npm run up`, which publishes' });
}

/** `cluster dev: 1a2b3c4d5e6f has landed, as part of 5e6f…`. */
function describe({ cluster, commit }: Landing & { readonly outcome: 'landed' }, awaited: string): string {
  const part = commit === awaited ? '' : `, as part of ${commit.slice(0, 12)}`;
  return `cluster ${cluster}: ${awaited.slice(0, 12)} has landed${part}`;
}
