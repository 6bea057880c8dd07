import { joinedAgeKeys } from '../machine/age-key';
import { refuseToBringUp } from '../machine/ownership';
import { fleetDirectory } from '../machine/paths';
import { type Fleet, FleetError, hasOwnKey } from '../model';
import { apiError } from '../operate/api-error';
import { applied } from '../operate/applied';
import { ClusterClient } from '../operate/cluster-client';
import { isKubeconfig } from '../operate/kubeconfig';
import { publishedUnits } from '../operate/published-units';
import { redactor } from '../operate/secrets/redact';
import type { SecretsFolder } from '../operate/secrets/folder';
import { rotate, type RotationSteps } from '../operate/secrets/rotate';
import { examineFleet } from '../stacks/ownership';
import { kubeconfigPath } from './environment';
import { loadFleet } from './fleet-file';
import { confirmProvision } from './provide';
import { checkFleet, publishFleet } from './publish';
import { repositoryCopy } from './repository-copy';
import { changeSecrets } from './secrets-folder';
import { openStack } from './stacks';
import { type Report, runSteps, type Step } from './steps';
import { prepare } from './up';

/** `fleet secrets rotate`: a new key for a cluster, or for each. */
export async function rotateSecrets(only: string | undefined, { timeout }: { timeout: number }): Promise<void> {
  const fleet = loadFleet();
  await confirmProvision(console.log);
  await changeSecrets(fleet, 'rotate', (folder) => {
    const clusters = only === undefined ? ownKeyed(fleet) : [only];
    return runSteps([
      {
        title: 'Machine',
        run: (report) => prepare(fleet, report, async () => refuseToBringUp(await examineFleet(fleet))),
      },
      // One after the other: each publishes, and another's commit in between would be waited for in vain.
      ...clusters.map((cluster): Step => ({
        title: `Key of ${cluster}`,
        run: async (report) => {
          await refuseSilent(cluster);
          await rotate(folder, cluster, rotationSteps(folder, { timeout, report }));
          return isUp(cluster) ? undefined : 'the cluster is not up; it gets the new key when it comes up';
        },
      })),
    ]);
  });
  joinedAgeKeys(fleetDirectory, Object.keys(fleet.clusters));
  console.log(
    'Commit .sops.yaml and secrets/: the old key opens none of the files any more, but for those in the history of Git. ' +
      `It is in ${fleetDirectory}/keys/retired-<cluster>.agekey; no cluster has it.`,
  );
}

function ownKeyed(fleet: Fleet): string[] {
  const names = Object.keys(fleet.clusters).filter((name) => hasOwnKey(fleet.clusters[name]!.recipients));
  if (names.length > 0) return names;
  throw new FleetError({
    place: 'clusters',
    problem: 'none has an age key of its own',
    next: 'Rotate the keys where they are kept',
  });
}

function isUp(cluster: string): boolean {
  return isKubeconfig(kubeconfigPath(cluster));
}

/** @throws FleetError when a cluster that was brought up does not answer: it could not be given a key. */
async function refuseSilent(cluster: string): Promise<void> {
  if (!isUp(cluster)) return;
  const client = new ClusterClient(cluster, kubeconfigPath(cluster));
  const error = await client.list('GitRepository').then(() => undefined, apiError);
  // A status is an answer, though it is not the one that was asked for.
  if (!error || error.status !== undefined) return;
  throw new FleetError({
    place: `cluster ${cluster}`,
    problem: `it is down (${error.reason}), so that it cannot be given a new key; nothing was changed`,
    next: 'Run `npm run up`, and then this again',
  });
}

/** What is done in a cluster that is up; one that is not gets the new key when it comes up. */
function rotationSteps(folder: SecretsFolder, { timeout, report }: { timeout: number; report: Report }): RotationSteps {
  return {
    report,
    giveKeys: async (cluster) => {
      if (!isUp(cluster)) return;
      const stack = await openStack(folder.fleet, cluster, report);
      await stack.recover();
      await stack.up();
    },
    publish: async (cluster) => {
      if (!isUp(cluster)) return;
      // Each step waits for the one before it, and the key is replaced when the clusters have applied them.
      const { commit } = await publishFleet(folder.fleet, await checkFleet(folder.fleet), { pullRequest: false });
      const client = new ClusterClient(cluster, kubeconfigPath(cluster));
      await applied({
        client,
        unitsAt: publishedUnits(repositoryCopy(folder.fleet), commit),
        timeout,
        redact: redactor(folder, cluster),
        report: ([first]) => report(first!),
      });
    },
  };
}
