import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeOnce, makePrivate, writePrivateFile, writeWhole } from '../machine/files';
import { localPath } from '../machine/paths';
import { fluxNamespace, fluxRoot, localPaths, programName } from '../model';

/** The key by which a cluster reads the repository. */
export function deployKey(cluster: string): SshKey {
  return sshKey(localPath(localPaths.deployKey(cluster)));
}

/** The token by which the repository's server calls a cluster's Receiver. */
export function receiverToken(cluster: string): string {
  return token(localPath(localPaths.receiverToken(cluster)));
}

/**
 * A random token of 256 bits on disk, readable by its owner alone; created where there is none. Several processes may ask
 * at once, and get the same.
 */
export function token(path: string): string {
  makeOnce(path, (part) => writePrivateFile(part, randomBytes(32).toString('hex')));
  return readFileSync(path, 'utf8');
}

/** A key pair on disk; the private half is readable by its owner alone. */
export interface SshKey {
  readonly path: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The key pair at this path, which is created where there is none. Several processes may ask at once, and get the same. */
export function sshKey(path: string, type: 'ed25519' | 'rsa' = 'ed25519'): SshKey {
  makePrivate(dirname(path));
  makeOnce(path, (part) => {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', programName, '-f', part]);
    rmSync(`${part}.pub`);
  });
  const privateKey = readFileSync(path, 'utf8');
  const publicFile = `${path}.pub`;
  // The public half derives from the private one, whichever process's that is.
  if (!existsSync(publicFile))
    writeWhole(publicFile, execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }));
  const [kind, key] = readFileSync(publicFile, 'utf8').split(' ');
  return { path, publicKey: `${kind} ${key?.trim()}`, privateKey };
}

/**
 * The address by which a push is announced to a cluster. It is a secret, because it needs no other credentials:
 * https://fluxcd.io/flux/components/notification/receivers/#generic-receiver
 *
 * @param address of the Receiver's port
 */
export function receiverUrl(address: string, token: string): string {
  const path = createHash('sha256').update(`${token}${fluxRoot}${fluxNamespace}`).digest('hex');
  return `${address}/hook/${path}`;
}
