import { addAgeKeys, parseAgeKeys } from '../../machine/age-key';
import { FleetError } from '../../model';
import { clusterOf, type SecretsFolder } from './folder';
import { recipientNames } from './sops-config';

/**
 * Takes private keys of a cluster from somebody who has them. Keys that are here stay.
 *
 * @returns the public halves of what was taken.
 * @throws FleetError when the text holds no key, or none that opens a file of the cluster.
 */
export async function importKey(folder: SecretsFolder, cluster: string, text: string): Promise<string[]> {
  clusterOf(folder.fleet, cluster);
  const keys = await parseAgeKeys(text, 'standard input');
  const files = folder.filesOf(cluster).flatMap((of) => recipientNames(folder.read(of)!.recipients));
  const used = [...new Set([...files, ...(folder.own()[cluster] ?? [])])];
  const fitting = keys.filter(({ recipient }) => used.length === 0 || used.includes(recipient));
  if (fitting.length === 0) {
    throw new FleetError({
      place: 'standard input',
      problem: `its key is ${keys.map(({ recipient }) => recipient).join(', ')}, and ${cluster}'s secrets are encrypted to ${used.join(', ')}`,
      next: `Look for the file that says \`# public key: ${used[0]}\``,
    });
  }
  const taken = fitting.map(({ recipient }) => recipient);
  addAgeKeys(folder.keyFile(cluster), fitting);
  return taken;
}
