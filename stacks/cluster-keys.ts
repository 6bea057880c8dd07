import { localPath } from '../machine/paths';
import { localPaths } from '../model';
import { sshKey, type SshKey } from './ssh-key';
import { token } from './token';

/** The key by which a cluster reads the repository. */
export function deployKey(cluster: string): SshKey {
  return sshKey(localPath(localPaths.deployKey(cluster)));
}

/** The token by which the repository's server calls a cluster's Receiver. */
export function receiverToken(cluster: string): string {
  return token(localPath(localPaths.receiverToken(cluster)));
}
