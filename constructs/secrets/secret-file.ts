import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  cipherText,
  type Fleet,
  FleetError,
  type Problem,
  secretFile,
  secretMetadata,
  secretsOf,
  secretValueProblems,
  setSecretCommand,
} from '../../model';

/** Which encrypted file is read. */
export interface SecretFileProps {
  readonly fleet: Fleet;
  /** The folder of `fleet.ts`. */
  readonly root: string;
  readonly cluster: string;
  readonly app: string;
}

/** The encrypted secrets of an app in one cluster. */
export interface SecretFile {
  /** The file as it is. */
  readonly text: string;
  /**
   * Differs when an encrypted value of a key that the app takes does. Recipients and keys that the app does not
   * take are not in it, so that their changes restart no pod.
   */
  readonly hash: string;
}

interface Encrypted {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
  readonly data?: Readonly<Record<string, unknown>>;
  readonly stringData?: Readonly<Record<string, unknown>>;
  readonly sops?: object;
}

/**
 * The encrypted file of an app in a cluster; nothing, where the app takes no secret. It is not decrypted: SOPS
 * leaves the keys and the metadata to be read.
 *
 * @throws FleetError that names each key that is missing with the command that sets it, and whatever is not encrypted.
 */
export function readSecretFile(props: SecretFileProps): SecretFile | undefined {
  const keys = Object.keys(secretsOf(props.fleet, props.app));
  if (keys.length === 0) return undefined;
  const path = secretFile(props.cluster, props.app);
  const text = read(join(props.root, path));
  if (text === undefined) throw new FleetError(...missing(props, {}));
  const object = parsed(path, text);
  const problems = [...wrong(props, object)];
  if (problems.length > 0) throw new FleetError(...problems);
  const values = valuesOf(object);
  const taken = keys.sort().map((key) => [key, values[key]]);
  return { text, hash: createHash('sha256').update(JSON.stringify(taken)).digest('hex').slice(0, 16) };
}

/** Whether an object is a Secret whose values anybody could read. */
export function isPlainSecret(object: unknown): boolean {
  if (typeof object !== 'object' || object === null) return false;
  const { kind, sops } = object as Encrypted;
  if (kind !== 'Secret') return false;
  const values = Object.values(valuesOf(object));
  return values.length > 0 && (sops === undefined || !values.every(isCipherText));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parsed(place: string, text: string): Encrypted {
  try {
    const object: unknown = parse(text);
    if (typeof object === 'object' && object !== null) return object;
  } catch {
    // It is no YAML: what is said of it is the same.
  }
  const next = 'Take it back from Git, or delete it and set its secrets again';
  throw new FleetError({ place, problem: 'the file holds no object', next });
}

function valuesOf({ data, stringData }: Encrypted): Record<string, unknown> {
  return { ...data, ...stringData };
}

/** SOPS leaves empty text as it is. */
function isCipherText(value: unknown): boolean {
  return value === '' || cipherText(value) !== undefined;
}

function* wrong(props: SecretFileProps, object: Encrypted): Iterable<Problem> {
  const place = secretFile(props.cluster, props.app);
  const { name, namespace } = secretMetadata(props.fleet, props.app);
  const values = valuesOf(object);
  if (object.apiVersion !== 'v1' || object.kind !== 'Secret') {
    yield { place, problem: 'it is not a `v1` `Secret`', next: `Write \`apiVersion: v1\` and \`kind: Secret\` in it` };
  }
  if (object.metadata?.name !== name || object.metadata.namespace !== namespace) {
    const problem = `its Secret is not \`${name}\` in the namespace \`${namespace}\``;
    yield { place, problem, next: `Correct \`metadata\` with \`sops edit ${place}\`, which signs the file again` };
  }
  // A list, a map and null are named below.
  const plain = Object.keys(values).filter((key) => typeof values[key] !== 'object' && !isCipherText(values[key]));
  if (plain.length > 0 || (object.sops === undefined && Object.keys(values).length > 0)) {
    const which = plain.map((key) => `\`${key}\``).join(', ') || 'the file';
    yield { place, problem: `${which} is not encrypted`, next: `Run \`sops encrypt --in-place ${place}\`` };
  }
  yield* secretValueProblems(props, object);
  yield* missing(props, values);
}

function missing({ fleet, cluster, app }: SecretFileProps, values: Readonly<Record<string, unknown>>): Problem[] {
  const lacking = Object.entries(secretsOf(fleet, app)).filter(([key]) => !Object.hasOwn(values, key));
  return lacking.map(([key, { generate }]) => ({
    place: secretFile(cluster, app),
    problem: `cluster \`${cluster}\` has no secret \`${key}\`, which \`${app}\` takes`,
    next: `Run \`${generate ? 'npm run fleet -- secrets generate' : setSecretCommand({ cluster, app, key })}\``,
  }));
}
