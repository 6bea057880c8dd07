import { delimiter, join } from 'node:path';
import { fleetDirectory, homeDirectory } from './paths';

/** The kubeconfigs that kubectl would read. A file that `fleet env` put into KUBECONFIG is not the user's own. */
export function userKubeconfigs(): string[] {
  const set = process.env['KUBECONFIG']?.split(delimiter) ?? [];
  const own = set.filter((path) => path && !path.startsWith(fleetDirectory));
  return own.length > 0 ? own : [join(homeDirectory(), '.kube', 'config')];
}
