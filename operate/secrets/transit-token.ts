import { writePrivateFile } from '../../machine/private-file';
import { transitTokenPath } from '../../machine/transit-token';
import { FleetError, hasTransitKey } from '../../model';
import { clusterOf, type SecretsFolder } from './folder';

/**
 * Takes the token of Vault or OpenBao by which a cluster uses its transit key. It needs no right but to decrypt by that
 * key.
 *
 * @throws FleetError when the cluster has no transit key, or the text is no token.
 */
export function importToken(folder: SecretsFolder, cluster: string, text: string): void {
  if (!hasTransitKey(clusterOf(folder.fleet, cluster).recipients)) {
    const next = "Give it one: `recipients: [transitKey('https://…')]`";
    throw new FleetError({ place: `clusters.${cluster}`, problem: 'it has no transit key to use by a token', next });
  }
  const token = text.trim();
  if (!/^\S+$/.test(token)) {
    const next = 'Pipe it in alone, as `vault token create -policy=<policy> -field=token` prints it';
    throw new FleetError({ place: 'standard input', problem: 'it is no token', next });
  }
  writePrivateFile(transitTokenPath(folder.props.directory, cluster), `${token}\n`);
}
