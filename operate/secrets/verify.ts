import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { FleetError, hasConflictMarkers, type Problem, secretValueProblems, setSecretCommand } from '../../model';
import { plaintextUnder } from '../plaintext';
import { path, type SecretsFolder, type SecretsOf, sideBySide } from './folder';
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

async function verifyFile(folder: SecretsFolder, of: SecretsOf): Promise<Problem[]> {
  const place = path(of);
  if (!folder.fleet.clusters[of.cluster]) {
    const problem = `fleet.ts has no cluster \`${of.cluster}\``;
    return [{ place, problem, next: `Remove it with \`git rm ${place}\`, or declare the cluster` }];
  }
  const problems: Problem[] = [];
  try {
    const { recipients, values } = folder.read(of)!;
    problems.push(...secretValueProblems(of, values));
    const wanted = clusterRecipients(folder.fleet, of.cluster, folder.own()[of.cluster] ?? []);
    if (!sameRecipients(recipients, wanted)) problems.push(otherRecipients(place, recipientNames(recipients)));
    await folder.values(of);
    return problems;
  } catch (error) {
    if (error instanceof FleetError) return [...problems, ...error.problems];
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
