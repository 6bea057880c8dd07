import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

import { writePrivateFile } from '../machine/private-file';

/** A random token of 256 bits on disk, readable by its owner alone; created where there is none. */
export function token(path: string): string {
  if (!existsSync(path)) writePrivateFile(path, randomBytes(32).toString('hex'));
  return readFileSync(path, 'utf8');
}
