import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { writePrivateFile } from '../../../machine/files';
import { localPath, repositoryRoot } from '../../../machine/paths';
import { FleetError, type Hosted, localPaths } from '../../../model';
import { takesRsaAlone, tokenUser } from '../../../model/repositories/forge';
import { fullUrl, type GitAddress, gitAddress, portOf } from '../../../model/repositories/git-address';
import { publishedHostKeys } from '../../../model/repositories/host-keys';
import { type SshKey, sshKey } from '../../keys';
import { sshCommand } from '../../ssh-command';
import type { GitAccess } from '../provider';

/** The files in the fleet's folder on this machine with which somebody reads or writes. */
export interface Credential {
  /** The SSH key. */
  readonly key: string;
  /** The token for HTTPS. */
  readonly token: string;
}

/** With which this clone reads and writes. */
export const ofClone: Credential = { key: localPaths.userKey, token: localPaths.repositoryToken };

/** With which a cluster reads. The clusters have a token of their own where there is one. */
export function ofCluster(cluster: string): Credential {
  const own = existsSync(localPath(localPaths.clustersToken));
  return { key: localPaths.deployKey(cluster), token: own ? localPaths.clustersToken : localPaths.repositoryToken };
}

/** The address of a checked repository. */
export function addressOf({ url }: Hosted): GitAddress {
  return gitAddress(url)!;
}

/** The key pair of a credential, which is created where there is none. */
export function keyOf(git: Hosted, { key }: Credential): SshKey {
  return takesRsaAlone(addressOf(git)) ? sshKey(localPath(`${key}-rsa`), 'rsa') : sshKey(localPath(key));
}

/** The key pair by which this clone signs commits, which is created where there is none; undefined where it signs none. */
export function signingKey({ verify }: Hosted): SshKey | undefined {
  return verify && sshKey(localPath(localPaths.signingKey));
}

/** The public keys whose commits the clusters apply, one a line; undefined where they apply each commit. */
export function trustedKeys(git: Hosted): string | undefined {
  const own = signingKey(git);
  return own && [`${own.publicKey} this clone`, ...(git.verify ?? [])].map((key) => `${key}\n`).join('');
}

/** The token of a credential; undefined where there is none. */
export function tokenOf({ token }: Credential): string | undefined {
  const file = localPath(token);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** The name that goes with a token. */
export function userOf(git: Hosted): string {
  return git.username ?? tokenUser(addressOf(git));
}

/** How git reaches the repository with a credential. Keys that do not exist yet are created. */
export function accessWith(git: Hosted, credential: Credential): GitAccess {
  const address = addressOf(git);
  const environment =
    address.scheme === 'ssh'
      ? { GIT_SSH_COMMAND: sshCommand({ key: keyOf(git, credential).path, knownHosts: knownHostsFile(git) }) }
      : settings(tokenSettings(git, localPath(credential.token)));
  const help =
    'Run `npm run fleet -- repository`, which tries each key and token, and shows what the server must allow';
  return { url: fullUrl(address), environment, signingKey: signingKey(git)?.path, help };
}

/** Git reads the token from its file when it asks for it: it is neither in a process's arguments nor in its environment. */
function tokenSettings(git: Hosted, file: string): Record<string, readonly string[]> {
  const { host, port } = addressOf(git);
  const site = `https://${host}${port ? `:${port}` : ''}`;
  const quoted = `'${file.replaceAll("'", `'\\''`)}'`;
  const helper = `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' '${userOf(git)}' "$(cat ${quoted})"; }; f`;
  return {
    // The empty one before it removes those of the user's.
    [`credential.${site}.helper`]: ['', helper],
    ...(git.ca && { [`http.${site}/.sslCAInfo`]: [resolve(repositoryRoot, git.ca)] }),
  };
}

/** Settings as variables: https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT */
function settings(values: Record<string, readonly string[]>): Record<string, string> {
  const pairs = Object.entries(values).flatMap(([key, list]) => list.map((value) => [key, value] as const));
  const variables = pairs.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(pairs.length), ...(Object.fromEntries(variables) as Record<string, string>) };
}

/** The certificate of who signs the server's; undefined where the system's suffice. @throws FleetError */
export function certificate({ ca }: Hosted): string | undefined {
  return ca === undefined ? undefined : besideFleet('git.ca', ca);
}

/** The lines of `known_hosts` for the server. @throws FleetError where `fleet.ts` names a file that cannot be read */
export function knownHosts(git: Hosted): string {
  const address = addressOf(git);
  const host = portOf(address) === 22 ? address.host : `[${address.host}]:${address.port}`;
  const given = git.knownHosts;
  // A path has no type of a key after a space.
  const isText = given !== undefined && /(^|\s)(ssh-|ecdsa-|sk-)\S+ AAAA/.test(given);
  const text = given === undefined || isText ? given : besideFleet('git.knownHosts', given);
  const lines = text?.split('\n') ?? publishedHostKeys[address.host]!.keys;
  return lines
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => `${/^(ssh-|ecdsa-|sk-)/.test(line) ? `${host} ` : ''}${line}\n`)
    .join('');
}

function knownHostsFile(git: Hosted): string {
  const path = localPath(localPaths.hostedKnownHosts);
  const lines = knownHosts(git);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== lines) writePrivateFile(path, lines);
  return path;
}

/** The text of a file that `fleet.ts` names. */
function besideFleet(place: string, path: string): string {
  try {
    return readFileSync(resolve(repositoryRoot, path), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem = `the file ${path} cannot be read (${code})`;
    throw new FleetError({ place, problem, next: 'Fix its path, which begins at the folder of `fleet.ts`' });
  }
}
