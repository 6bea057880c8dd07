import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { addAgeKeys, type AgeKeyPair, makeAgeKey, readAgeKeys, retireAgeKeys } from '../../machine/age-key';
import { sideBySide } from '../../machine/all-of';
import { writePrivateFile } from '../../machine/files';
import { FleetError, hasOwnKey } from '../../model';
import { ensureKeys, refuseLocked, updateRecipients } from './keys';
import { clusterOf, type SecretsFolder } from './folder';

/** What a rotation does outside of the files. */
export interface RotationSteps {
  /** Gives the cluster all the keys that this machine has of it, and no others. */
  readonly giveKeys: (cluster: string) => Promise<void>;
  /** Publishes, and waits until the cluster has applied it. */
  readonly publish: (cluster: string) => Promise<void>;
  readonly report: (doing: string) => void;
}

/**
 * Gives a cluster a new key in place of its own, so that no reconcile fails in between: at any moment the cluster has a
 * key for the files that it may read. Each phase may be run again, and a rotation that was killed is gone on with by
 * the next.
 *
 * 1. A new key beside the old one, here and in the cluster.
 * 2. The files encrypted to both, published, and applied.
 * 3. The files encrypted anew, to the new one alone, published, and applied.
 * 4. The old key put aside here, and dropped in the cluster.
 *
 * @throws FleetError where the cluster has no key of its own, or its files cannot be opened here.
 */
export async function rotate(folder: SecretsFolder, cluster: string, steps: RotationSteps): Promise<void> {
  await refuseWhatCannot(folder, cluster);
  const next = await begin(folder, cluster);
  const old = (await readAgeKeys(folder.keyFile(cluster))).filter(({ recipient }) => recipient !== next);

  if (old.length > 0) {
    steps.report('giving the cluster the new key beside the old one');
    await steps.giveKeys(cluster);
    if (old.some(({ recipient }) => folder.own()[cluster]!.includes(recipient))) {
      await encryptToBoth(folder, cluster, next);
      steps.report('publishing the secrets for both keys');
      await steps.publish(cluster);
    }
    await encryptToNew(folder, cluster, { next, old });
    steps.report('publishing the secrets for the new key');
    await steps.publish(cluster);
    await refuseUnopened(folder, cluster, next);
    retireAgeKeys(folder.props.directory, cluster, old);
  }
  steps.report('taking the old key from the cluster');
  await steps.giveKeys(cluster);
  rmSync(mark(folder, cluster));
}

/** Where it is noted, until the end of a rotation, which key is the new one. */
function mark(folder: SecretsFolder, cluster: string): string {
  return join(folder.props.directory, 'rotations', cluster);
}

async function refuseWhatCannot(folder: SecretsFolder, cluster: string): Promise<void> {
  if (!hasOwnKey(clusterOf(folder.fleet, cluster).recipients)) {
    const problem = 'it has no age key of its own: its recipients are keys of others';
    throw new FleetError({ place: `clusters.${cluster}`, problem, next: 'Rotate the key where it is kept' });
  }
  const { states } = await ensureKeys(folder);
  const own = states.filter((state) => state.cluster === cluster);
  refuseLocked(folder, own);
}

/** The public half of the new key: of the rotation that was begun before, or of a new one. */
async function begin(folder: SecretsFolder, cluster: string): Promise<string> {
  const keys = await readAgeKeys(folder.keyFile(cluster));
  const noted = existsSync(mark(folder, cluster)) ? readFileSync(mark(folder, cluster), 'utf8').trim() : undefined;
  if (keys.some(({ recipient }) => recipient === noted)) return noted!;
  const key = await makeAgeKey();
  writePrivateFile(mark(folder, cluster), `${key.recipient}\n`);
  addAgeKeys(folder.keyFile(cluster), [key]);
  return key.recipient;
}

async function encryptToBoth(folder: SecretsFolder, cluster: string, next: string): Promise<void> {
  const own = folder.own();
  folder.writeOwn({ ...own, [cluster]: [...new Set([...own[cluster]!, next])] });
  await updateRecipients(folder, [cluster]);
}

/** With a new data key: whoever has the old key could read the old one, in Git's history. */
async function encryptToNew(
  folder: SecretsFolder,
  cluster: string,
  { next, old }: { readonly next: string; readonly old: readonly AgeKeyPair[] },
): Promise<void> {
  const own = folder.own();
  const kept = own[cluster]!.filter((one) => one !== next && !old.some(({ recipient }) => recipient === one));
  folder.writeOwn({ ...own, [cluster]: [...kept, next] });
  await updateRecipients(folder, [cluster], { work: (of) => folder.renew(of) });
}

/** The last look before the old key is gone. */
async function refuseUnopened(folder: SecretsFolder, cluster: string, next: string): Promise<void> {
  const stale = folder.filesOf(cluster).filter((of) => !folder.read(of)!.recipients.age.includes(next));
  await sideBySide(folder.filesOf(cluster), (of) => folder.values(of));
  if (stale.length === 0) return;
  throw new FleetError({
    place: `secrets/${cluster}/`,
    problem: `${stale.map(({ app }) => app).join(', ')} cannot be opened by the new key`,
    next: 'The old key is still there: run the same again',
  });
}
