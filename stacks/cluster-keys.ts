import { local } from './environment';
import { sshKey, type SshKey } from './ssh-key';
import { token } from './token';

/** The key by which a cluster reads the repository. */
export function deployKey(cluster: string): SshKey {
  return sshKey(local('keys', `deploy-${cluster}`));
}

/** What the git server must know to tell a cluster of a push. */
export function receiverToken(cluster: string): string {
  return token(local('keys', `receiver-${cluster}`));
}
