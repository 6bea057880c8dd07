import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import { keepFirst, tempPath, writeWhole } from '../machine/files';
import { makePrivate } from '../machine/paths';
import { programName } from '../model';

/** An Ed25519 key pair on disk; the private half is readable by its owner alone. */
export interface SshKey {
  readonly path: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The key pair at this path, which is created where there is none. Several processes may ask at once, and get the same. */
export function sshKey(path: string): SshKey {
  if (!existsSync(path)) createKey(path);
  const privateKey = readFileSync(path, 'utf8');
  const publicFile = `${path}.pub`;
  // The public half derives from the private one, whichever process's that is.
  if (!existsSync(publicFile))
    writeWhole(publicFile, execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }));
  const [type, key] = readFileSync(publicFile, 'utf8').split(' ');
  return { path, publicKey: `${type} ${key?.trim()}`, privateKey };
}

function createKey(path: string): void {
  makePrivate(dirname(path));
  const own = tempPath(path);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', programName, '-f', own]);
  keepFirst(own, path);
  rmSync(`${own}.pub`);
}
