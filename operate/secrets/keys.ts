import { addAgeKeys, formerAgeKeys, makeAgeKey, readAgeKeys } from '../../machine/age-key';
import { sideBySide } from '../../machine/all-of';
import { hasOwnKey, localPaths, throwProblems } from '../../model';
import { path, type SecretsFolder, type SecretsOf } from './folder';
import { clusterRecipients, recipientNames, sameRecipients } from './sops-config';

/** How this machine stands to a cluster's secrets. */
export interface KeyState {
  readonly cluster: string;
  /** The public halves that the cluster's files are to be encrypted to: of each machine that has a key of the cluster. */
  readonly own: readonly string[];
  /** Whether one of them is of this machine. */
  readonly named: boolean;
  /** Whether the cluster's key was made just now. */
  readonly made: boolean;
  /** Of `own`, the keys of others, where one of this machine was added to them just now. */
  readonly beside: readonly string[];
  /** The files that no key of this machine opens. */
  readonly locked: readonly SecretsOf[];
}

/**
 * Sees to it that each cluster has a key where it can have one, and that `.sops.yaml` says so. A key that `.sops.yaml`
 * names stays: it may be that of the cluster on another machine. Files are left as they are.
 */
export async function ensureKeys(folder: SecretsFolder): Promise<{ states: KeyState[]; wrote: boolean }> {
  const said = folder.own();
  const states = await Promise.all(
    Object.keys(folder.fleet.clusters).map((cluster) => ensureKey(folder, cluster, said[cluster] ?? [])),
  );
  const wrote = folder.writeOwn(Object.fromEntries(states.map(({ cluster, own }) => [cluster, own])));
  return { states, wrote };
}

async function ensureKey(folder: SecretsFolder, cluster: string, said: readonly string[]): Promise<KeyState> {
  const state = { cluster, own: said, named: false, made: false, beside: [], locked: [] };
  if (!hasOwnKey(folder.fleet.clusters[cluster]!.recipients)) return state;
  const files = folder.filesOf(cluster).map((of) => ({ of, names: folder.read(of)!.recipients.age }));
  const used = files.flatMap(({ names }) => names);
  const here = await keysHere(folder, cluster, used);
  const opened = here.filter((recipient) => used.includes(recipient));
  const closed = files.filter(({ names }) => !names.some((name) => here.includes(name))).map(({ of }) => of);
  // The user's own key, or their login at a cloud's, may open what the cluster's key does not.
  const opens = await sideBySide(closed, (of) => folder.opens(of));
  const locked = closed.filter((_, index) => !opens[index]);
  if (here.some((recipient) => said.includes(recipient))) return { ...state, named: true, locked };
  const own = opened.length > 0 ? opened : here.slice(-1);
  if (own.length > 0) return { ...state, own: [...said, ...own], named: true, beside: said, locked };
  if (locked.length > 0) return { ...state, locked };
  const key = await makeAgeKey();
  addAgeKeys(folder.keyFile(cluster), [key]);
  return { ...state, own: [...said, key.recipient], named: true, beside: said, made: true };
}

/**
 * The public halves of the keys that this machine has of a cluster. Where none of them opens any of the cluster's files, a
 * key that does is taken from a cluster that the fleet has no longer: this one has another name since.
 */
async function keysHere(folder: SecretsFolder, cluster: string, used: readonly string[]): Promise<string[]> {
  const keys = await readAgeKeys(folder.keyFile(cluster));
  if (used.length === 0 || keys.some(({ recipient }) => used.includes(recipient)))
    return keys.map(({ recipient }) => recipient);
  const former = await formerAgeKeys(folder.props.directory, Object.keys(folder.fleet.clusters));
  const fitting = former.filter(({ recipient }) => used.includes(recipient));
  if (fitting.length > 0) addAgeKeys(folder.keyFile(cluster), fitting);
  return [...keys, ...fitting].map(({ recipient }) => recipient);
}

/** @throws FleetError that names the files which no key of this machine opens. */
export function refuseLocked(folder: SecretsFolder, states: readonly KeyState[]): void {
  const locked = states.filter((state) => state.locked.length > 0);
  throwProblems(locked.map((state) => lockedProblem(folder, state)));
}

function lockedProblem(folder: SecretsFolder, { cluster, named, locked }: KeyState) {
  const names = locked.flatMap((of) => recipientNames(folder.read(of)!.recipients));
  const all = locked.length === folder.filesOf(cluster).length;
  const which = all ? 'its files are' : `${locked.map(({ app }) => `${app}.yaml`).join(', ')}:`;
  const ways = [
    `Get the key from whoever has it (their .fleet/${localPaths.ageKeys(cluster)}): ` +
      `\`npm run fleet -- secrets import-key ${cluster} < <file>\``,
    ...(named
      ? ['Or commit .sops.yaml, and have them run `npm run fleet -- secrets generate`, which adds your key']
      : []),
    `Or begin anew with other values (Git keeps the old files): \`git rm ${all ? `secrets/${cluster}/*.yaml` : locked.map(path).join(' ')}\`, and run this again`,
  ];
  return {
    place: `secrets/${cluster}/`,
    problem: `${which} encrypted to ${[...new Set(names)].join(', ')}, and this machine has no such key`,
    next: ways.join('. '),
  };
}

/**
 * Does the work on each file whose recipients are not those that `fleet.ts` and `.sops.yaml` say: it is encrypted to
 * them, with its values' ciphertext as it is unless another work is given. Gives their paths.
 */
export async function updateRecipients(
  folder: SecretsFolder,
  clusters: readonly string[],
  { work = (of: SecretsOf) => folder.updateKeys(of), locked = [] as readonly SecretsOf[] } = {},
): Promise<string[]> {
  const own = folder.own();
  const kept = locked.map(path);
  const stale = clusters.flatMap((cluster) =>
    folder.filesOf(cluster).filter((of) => {
      if (kept.includes(path(of))) return false;
      const wanted = clusterRecipients(folder.fleet, cluster, own[cluster] ?? []);
      return !sameRecipients(folder.read(of)!.recipients, wanted);
    }),
  );
  await sideBySide(stale, work);
  return stale.map(path);
}
