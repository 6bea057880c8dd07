import { type GitServer, gitServerAddress, gitServerContainer, gitServerPort } from '../../../model';
import type { FleetWith } from '../provider';

/** The server's `authorized_keys`: https://man.openbsd.org/sshd#AUTHORIZED_KEYS_FILE_FORMAT */
export function authorizedKeys({ user, clusters }: { user: string; clusters: Record<string, string> }): string {
  const readers = Object.entries(clusters).map(
    ([cluster, key]) => `restrict,command="read-only ${cluster}" ${key} ${cluster}`,
  );
  return [`restrict ${user} user`, ...readers, ''].join('\n');
}

/** The lines of `known_hosts` that pin the server's host key under its name for the clusters and for this machine. */
export function knownHosts(hostKey: string, fleet: FleetWith<GitServer>): string {
  const elsewhere = gitServerAddress(fleet.git, fleet);
  return [
    gitServerContainer(fleet),
    `[127.0.0.1]:${gitServerPort(fleet.git, fleet)}`,
    // ssh looks for the usual port without brackets.
    ...(elsewhere ? [elsewhere.port === 22 ? elsewhere.host : `[${elsewhere.host}]:${elsewhere.port}`] : []),
  ]
    .map((host) => `${host} ${hostKey}\n`)
    .join('');
}
