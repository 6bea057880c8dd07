import { addAgeKeys, makeAgeKey, readAgeKeys } from '../../machine/age-key';
import { FleetError, hasOwnKey, localPaths } from '../../model';
import { path, type SecretsFolder, type SecretsOf, sideBySide } from './folder';
import { clusterRecipients, recipientNames, sameRecipients } from './sops-config';

/** How this machine stands to a cluster's secrets. */
export interface KeyState {
  readonly cluster: string;
  /** The public halves that the cluster's files are to be encrypted to. */
  readonly own: readonly string[];
  /** Whether the cluster's key was made just now. */
  readonly made: boolean;
  /** Whether there are files that no key of this machine opens. */
  readonly locked: boolean;
}

/**
 * Sees to it that each cluster has a key where it can have one, and that `.sops.yaml` says so. Files that were
 * encrypted to somebody else's key are left as they are.
 */
export async function ensureKeys(folder: SecretsFolder): Promise<{ states: KeyState[]; wrote: boolean }> {
  const states = await Promise.all(Object.keys(folder.fleet.clusters).map((cluster) => ensureKey(folder, cluster)));
  const wrote = folder.writeOwn(Object.fromEntries(states.map(({ cluster, own }) => [cluster, own])));
  return { states, wrote };
}

async function ensureKey(folder: SecretsFolder, cluster: string): Promise<KeyState> {
  const state = { cluster, own: [], made: false, locked: false };
  if (!hasOwnKey(folder.fleet.clusters[cluster]!.recipients)) return state;
  const here = (await readAgeKeys(folder.keyFile(cluster))).map(({ recipient }) => recipient);
  const said = folder.own()[cluster] ?? [];
  if (said.some((recipient) => here.includes(recipient))) return { ...state, own: said };
  const names = folder.filesOf(cluster).flatMap((of) => recipientNames(folder.read(of)!.recipients));
  const opened = here.filter((recipient) => names.includes(recipient));
  if (opened.length > 0) return { ...state, own: opened };
  const shared = names.length > 0;
  if (shared && !(await folder.opens(folder.filesOf(cluster)[0]!))) return { ...state, own: said, locked: true };
  if (!shared && here.length > 0) return { ...state, own: here.slice(-1) };
  const key = await makeAgeKey();
  addAgeKeys(folder.keyFile(cluster), [key]);
  // Those who could open what is there can go on with it.
  return { ...state, own: [...(shared ? said : []), key.recipient], made: true };
}

/** @throws FleetError that names the clusters whose files no key of this machine opens. */
export function refuseLocked(folder: SecretsFolder, states: readonly KeyState[]): void {
  const locked = states.filter((state) => state.locked);
  if (locked.length > 0) throw new FleetError(...locked.map(({ cluster }) => lockedProblem(folder, cluster)));
}

function lockedProblem(folder: SecretsFolder, cluster: string) {
  const names = folder.filesOf(cluster).flatMap((of) => recipientNames(folder.read(of)!.recipients));
  return {
    place: `secrets/${cluster}/`,
    problem: `its files are encrypted to ${[...new Set(names)].join(', ')}, and this machine has no such key`,
    next:
      `Get the key from whoever has it (their .fleet/${localPaths.ageKeys(cluster)}): ` +
      `\`npm run fleet -- secrets import-key ${cluster} < <file>\`. ` +
      `Or begin anew with other values (Git keeps the old files): \`git rm secrets/${cluster}/*.yaml\`, and run this again`,
  };
}

/**
 * Does the work on each file whose recipients are not those that `fleet.ts` and `.sops.yaml` say: it is encrypted to
 * them, with its values' ciphertext as it is unless another work is given. Gives their paths.
 */
export async function updateRecipients(
  folder: SecretsFolder,
  clusters: readonly string[],
  work = (of: SecretsOf) => folder.updateKeys(of),
): Promise<string[]> {
  const own = folder.own();
  const stale = clusters.flatMap((cluster) =>
    folder.filesOf(cluster).filter((of) => {
      const wanted = clusterRecipients(folder.fleet, cluster, own[cluster] ?? []);
      return !sameRecipients(folder.read(of)!.recipients, wanted);
    }),
  );
  await sideBySide(stale, work);
  return stale.map(path);
}
