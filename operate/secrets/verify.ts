import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sideBySide } from '../../machine/all-of';
import {
  FleetError,
  hasConflictMarkers,
  isBase64,
  type Problem,
  requiredSecrets,
  secretValueProblems,
  setSecretCommand,
  throwProblems,
} from '../../model';
import { plaintextUnder } from '../plaintext';
import { path, type SecretsFolder, type SecretsOf } from './folder';
import { clusterRecipients, recipientNames, sameRecipients } from './sops-config';
import { missingSecrets } from './values';

/**
 * Everything that is wrong with the fleet's secrets: a value that is missing, a file that is encrypted to others than
 * the recipients of its cluster or that no key here opens, plain text in `secrets/` or `manifests/`.
 */
export async function verifySecrets(folder: SecretsFolder): Promise<Problem[]> {
  const all = folder.files();
  const merged = all.filter((of) => hasConflictMarkers(folder.text(of)!)).map(path);
  const plain = ['secrets', 'manifests']
    .filter((name) => existsSync(join(folder.props.root, name)))
    .flatMap((name) => plaintextUnder(join(folder.props.root, name), name))
    .filter(({ place }) => !merged.includes(place));
  const clear = new Set(plain.map(({ place }) => place));
  const unopened = await sideBySide(
    all.filter((of) => !clear.has(path(of))),
    (of) => verifyFile(folder, of),
  );
  // A file that is not encrypted cannot be asked for its keys.
  const missing = plain.length + merged.length > 0 ? [] : missingSecrets(folder).map(missingProblem);
  return [...plain, ...missing, ...unopened.flat()];
}

async function verifyFile(folder: SecretsFolder, of: SecretsOf): Promise<readonly Problem[]> {
  const place = path(of);
  if (!folder.fleet.clusters[of.cluster]) {
    const problem = `fleet.ts has no cluster \`${of.cluster}\``;
    return [{ place, problem, next: `Remove it with \`git rm ${place}\`, or declare the cluster` }];
  }
  return problemsOf(async () => {
    const known = [...readingProblems(folder, of)];
    return [...known, ...(await problemsOf(() => openingProblems(folder, of)))];
  });
}

/** What is wrong with a file as far as it can be told without a key. */
function* readingProblems(folder: SecretsFolder, of: SecretsOf): Iterable<Problem> {
  const { recipients, values } = folder.read(of)!;
  yield* secretValueProblems(of, values);
  const wanted = clusterRecipients(folder.fleet, of.cluster, folder.own()[of.cluster] ?? []);
  if (!sameRecipients(recipients, wanted)) yield otherRecipients(path(of), recipientNames(recipients));
}

/** Opens a file as its cluster does, which checks its signature. */
async function openingProblems(folder: SecretsFolder, of: SecretsOf): Promise<Problem[]> {
  const { data } = await folder.decryptAsCluster(of);
  const wrong = Object.entries(data ?? {}).filter(([, value]) => !isBase64(value));
  return wrong.map(([key]) => ({
    place: path(of),
    problem: `the value of \`${key}\` below \`data\` is not base64, so that Kubernetes would refuse the Secret`,
    next: `Set it below \`stringData\`: \`${setSecretCommand({ ...of, key })}\``,
  }));
}

/**
 * Opens each file that is published, by the keys that this machine has of its cluster. One that was opened before and is
 * as it was then is not opened again.
 *
 * @returns the clusters whose files could not be opened here, as this machine has no key of theirs
 * @throws FleetError that names the files which do not open, or were changed since they were signed.
 */
export async function refuseUnverified(folder: SecretsFolder): Promise<string[]> {
  const published = new Map(
    requiredSecrets(folder.fleet).map(({ cluster, app }) => [`${cluster}/${app}`, { cluster, app }]),
  );
  const files = [...published.values()].filter((of) => folder.text(of) !== undefined);
  const problems = await sideBySide(folder.unproven(files), async (of) => {
    const found = await problemsOf(() => openingProblems(folder, of));
    if (found.length === 0) folder.prove(of);
    return found;
  });
  throwProblems(problems.flat());
  return [...new Set(files.filter((of) => !folder.hasKey(of)).map(({ cluster }) => cluster))];
}

async function problemsOf(work: () => Iterable<Problem> | Promise<Problem[]>): Promise<readonly Problem[]> {
  try {
    return [...(await work())];
  } catch (error) {
    if (error instanceof FleetError) return error.problems;
    throw error;
  }
}

function otherRecipients(place: string, names: readonly string[]): Problem {
  return {
    place,
    problem: `it is encrypted to ${names.join(', ') || 'nobody'}, which are not the recipients of its cluster`,
    next: 'Encrypt it to those that fleet.ts and .sops.yaml say: `npm run fleet -- secrets generate`',
  };
}

function missingProblem(missing: Parameters<typeof setSecretCommand>[0] & { readonly generate?: object }): Problem {
  const next = missing.generate ? 'npm run fleet -- secrets generate' : setSecretCommand(missing);
  return { place: path(missing), problem: `it has no \`${missing.key}\``, next: `Run \`${next}\`` };
}
