import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import { programName } from '../model';

/** An Ed25519 key pair on disk; the private half is readable by its owner alone. */
export interface SshKey {
  readonly path: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The key pair at this path, which is created where there is none. */
export function sshKey(path: string): SshKey {
  if (!existsSync(path)) createKey(path);
  const [type, key] = readFileSync(`${path}.pub`, 'utf8').split(' ');
  return { path, publicKey: `${type} ${key?.trim()}`, privateKey: readFileSync(path, 'utf8') };
}

function createKey(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.pid}`;
  rmSync(unfinished, { force: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', programName, '-f', unfinished]);
  // The private half moves last: where it is, the pair is complete.
  renameSync(`${unfinished}.pub`, `${path}.pub`);
  renameSync(unfinished, path);
}
