import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parse } from 'yaml';
import {
  cipherText,
  type Fleet,
  FleetError,
  hasConflictMarkers,
  mergeAdvice,
  type Problem,
  secretFile,
  secretMetadata,
  secretsOf,
  secretValueProblems,
  type SecretValues,
  setSecretCommand,
  throwProblems,
} from '../../model';
import { plaintextIn } from '../../model/secrets/plaintext';
import type { Files } from '../files/folder';

export interface SecretFileProps {
  readonly fleet: Fleet;
  readonly root: string;
  readonly cluster: string;
  readonly app: string;
}

interface Encrypted extends SecretValues {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
  readonly sops?: object;
}

/**
 * The encrypted file of an app in a cluster; undefined if the app has no secrets. It is not decrypted: SOPS encrypts the
 * values, not the keys and the metadata. The hash changes with the encrypted value of each of the app's secrets, and not
 * with recipients or other keys in the file, so that their changes restart no pods.
 *
 * @throws FleetError for each missing key, with the command that sets it, and for each value that is not encrypted.
 */
export function readSecretFile(props: SecretFileProps): { text: string; hash: string } | undefined {
  const keys = Object.keys(secretsOf(props.fleet, props.app));
  if (keys.length === 0) return undefined;
  const path = secretFile(props.cluster, props.app);
  const file = join(props.root, path);
  if (!existsSync(file)) throw new FleetError(...missing(props, {}));
  const text = readFileSync(file, 'utf8');
  const object = parsed(path, text);
  throwProblems([...problemsOf(props, object)]);
  const values = valuesOf(object);
  const used = keys.sort().map((key) => [key, values[key]]);
  return { text, hash: createHash('sha256').update(JSON.stringify(used)).digest('hex').slice(0, 16) };
}

function parsed(place: string, text: string): Encrypted {
  if (hasConflictMarkers(text)) {
    throw new FleetError({ place, problem: 'the file has conflict markers of a merge', next: mergeAdvice(place) });
  }
  try {
    const object: unknown = parse(text);
    if (typeof object === 'object' && object !== null) return object;
  } catch {
    // Invalid YAML is reported like any other content that is not an object.
  }
  const next = `Restore it with \`git checkout -- ${place}\`, or delete it and set its secrets again`;
  throw new FleetError({ place, problem: 'the file does not contain a YAML object', next });
}

function valuesOf({ data, stringData }: Encrypted): Record<string, unknown> {
  return { ...data, ...stringData };
}

/** SOPS leaves empty strings unchanged. */
function isCipherText(value: unknown): boolean {
  return value === '' || cipherText(value) !== undefined;
}

function* problemsOf(props: SecretFileProps, object: Encrypted): Iterable<Problem> {
  const place = secretFile(props.cluster, props.app);
  const { name, namespace } = secretMetadata(props.fleet, props.app);
  const values = valuesOf(object);
  if (object.apiVersion !== 'v1' || object.kind !== 'Secret') {
    yield {
      place,
      problem: 'the file is not a Secret of `apiVersion: v1`',
      next: 'Set `apiVersion: v1` and `kind: Secret` in it',
    };
  }
  if (object.metadata?.name !== name || object.metadata.namespace !== namespace) {
    const problem = `the Secret must have the name \`${name}\` and the namespace \`${namespace}\``;
    yield { place, problem, next: `Change its \`metadata\` with \`sops edit ${place}\`, which signs the file again` };
  }
  // Lists, maps and null are reported below.
  const plain = Object.keys(values).filter((key) => typeof values[key] !== 'object' && !isCipherText(values[key]));
  if (plain.length > 0 || (object.sops === undefined && Object.keys(values).length > 0)) {
    const which = plain.map((key) => `\`${key}\``).join(', ') || 'the file';
    yield { place, problem: `${which} is not encrypted`, next: `Run \`sops encrypt --in-place ${place}\`` };
  }
  yield* secretValueProblems(props, object);
  yield* missing(props, values);
}

function missing({ fleet, cluster, app }: SecretFileProps, values: Readonly<Record<string, unknown>>): Problem[] {
  const absent = Object.entries(secretsOf(fleet, app)).filter(([key]) => !Object.hasOwn(values, key));
  return absent.map(([key, { generate }]) => ({
    place: secretFile(cluster, app),
    problem: `cluster \`${cluster}\` has no value for the secret \`${key}\` of \`${app}\``,
    next: `Run \`${generate ? 'npm run fleet -- secrets generate' : setSecretCommand({ cluster, app, key })}\``,
  }));
}

/** What in the files of a folder would put a secret into Git in plain text. */
export function* plainSecrets(place: string, files: Files): Iterable<Problem> {
  for (const [path, content] of files) {
    for (const problem of path.endsWith('.md') ? [] : plaintextIn(content.toString())) {
      yield { ...plainSecret(posix.join(place, path)), problem };
    }
  }
}

export function plainSecret(place: string): Problem {
  return {
    place,
    problem: 'it contains a Secret that is not encrypted',
    next: "Add its keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`",
  };
}
