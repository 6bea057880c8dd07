import { randomBytes } from 'node:crypto';
import { sideBySide } from '../../machine/all-of';
import { FleetError, type RequiredSecret, requiredSecrets, setSecretCommand, throwProblems } from '../../model';
import { ensureKeys, refuseLocked, updateRecipients } from './keys';
import { clusterOf, path, type SecretsFolder } from './folder';

export type SecretName = Pick<RequiredSecret, 'cluster' | 'app' | 'key'>;

/**
 * Sets a value. The file's other values keep their ciphertext, and a value that it has already changes nothing.
 *
 * @returns whether anything changed.
 * @throws FleetError when `fleet.ts` has no such secret, or the value is none.
 */
export async function setSecret(folder: SecretsFolder, name: SecretName, value: string): Promise<boolean> {
  refuseUnknown(folder, name);
  if (value === '') {
    const next = 'Pipe the value in, or type it when asked';
    throw new FleetError({ place: path(name), problem: `the value of \`${name.key}\` is empty`, next });
  }
  const { states } = await ensureKeys(folder);
  const locked = states.filter((state) => state.locked.some((of) => path(of) === path(name)));
  refuseLocked(folder, locked);
  return folder.set(name, { [name.key]: value });
}

export interface Outcome {
  readonly madeKeys: readonly string[];
  /** The clusters to whose keys in `.sops.yaml` one of this machine was added. */
  readonly joined: readonly string[];
  readonly generated: readonly SecretName[];
  /** The files that were encrypted to other recipients than before. */
  readonly updated: readonly string[];
  readonly wroteConfig: boolean;
}

/**
 * Makes the keys and the random values that are missing, and encrypts files to whom `fleet.ts` says now. Where nothing
 * is missing, nothing changes, and no `sops` is started.
 *
 * @throws FleetError where no key of this machine opens a cluster's files.
 */
export async function generateSecrets(folder: SecretsFolder, only?: string): Promise<Outcome> {
  if (only !== undefined) clusterOf(folder.fleet, only);
  const { states, wrote } = await ensureKeys(folder);
  const mine = states.filter(({ cluster }) => only === undefined || cluster === only);
  const clusters = mine.map(({ cluster }) => cluster);
  // First what can be opened: others need it to go on with.
  const updated = await updateRecipients(folder, clusters, { locked: mine.flatMap(({ locked }) => locked) });
  refuseLocked(folder, mine);
  const generated = missingSecrets(folder).filter(({ cluster, generate }) => generate && clusters.includes(cluster));
  await sideBySide([...new Set(generated.map(path))], (file) => {
    const names = generated.filter((one) => path(one) === file);
    const values = names.map(({ key, generate }) => [key, random(generate!.bytes)]);
    return folder.set(names[0]!, Object.fromEntries(values) as Record<string, string>);
  });
  const madeKeys = mine.filter(({ made }) => made).map(({ cluster }) => cluster);
  const joined = mine.filter(({ beside }) => beside.length > 0).map(({ cluster }) => cluster);
  return { madeKeys, joined, generated, updated, wroteConfig: wrote };
}

/** The secrets that `fleet.ts` names and the files have not. */
export function missingSecrets(folder: SecretsFolder): RequiredSecret[] {
  return requiredSecrets(folder.fleet).filter((one) => !folder.read(one)?.keys.includes(one.key));
}

/** @throws FleetError that names every secret which somebody has to set, with the command. */
export function refuseMissing(folder: SecretsFolder): void {
  throwProblems(
    missingSecrets(folder).map((one) => ({
      place: path(one),
      problem: `cluster \`${one.cluster}\` has no \`${one.key}\`, which \`${one.app}\` needs`,
      next: `Set it: \`${setSecretCommand(one)}\``,
    })),
  );
}

function refuseUnknown({ fleet }: SecretsFolder, { cluster, app, key }: SecretName): void {
  const required = requiredSecrets(fleet);
  if (required.some((one) => one.cluster === cluster && one.app === app && one.key === key)) return;
  const names = required.map((one) => `${one.cluster} ${one.app} ${one.key}`);
  const known = names.length > 0 ? `one of: ${names.join(', ')}` : 'nothing secret yet';
  throw new FleetError({
    place: 'fleet.ts',
    problem: `it names no secret \`${key}\` of \`${app}\` in \`${cluster}\``,
    next: `Name it in the app's \`secrets\`, and see that \`${cluster}\` runs the app; what is named is ${known}`,
  });
}

/** Random bytes as text that needs no quoting anywhere. */
function random(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** A secret, as far as can be told without any key. */
export interface ListedSecret extends SecretName {
  /** `unused`: no app takes it. */
  readonly state: 'set' | 'missing' | 'unused';
  readonly changed?: string;
}

/** What `fleet.ts` names, and what else the files hold. */
export function listSecrets(folder: SecretsFolder): ListedSecret[] {
  const held = folder.files().flatMap((of) => {
    const { keys, changed } = folder.read(of)!;
    return keys.map((key) => ({ ...of, key, changed }));
  });
  const same = (left: SecretName) => (right: SecretName) =>
    left.cluster === right.cluster && left.app === right.app && left.key === right.key;
  const required = requiredSecrets(folder.fleet).map(({ cluster, app, key }): ListedSecret => {
    const found = held.find(same({ cluster, app, key }));
    return { cluster, app, key, state: found ? 'set' : 'missing', ...(found && { changed: found.changed }) };
  });
  const unused = held.filter((one) => !required.some(same(one)));
  return [...required, ...unused.map((one): ListedSecret => ({ ...one, state: 'unused' }))];
}
