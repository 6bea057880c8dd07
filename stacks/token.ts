import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

import { keepFirst, tempPath } from '../machine/files';
import { writePrivateFile } from '../machine/private-file';

/**
 * A random token of 256 bits on disk, readable by its owner alone; created where there is none. Several processes may ask
 * at once, and get the same.
 */
export function token(path: string): string {
  if (!existsSync(path)) {
    const own = tempPath(path);
    writePrivateFile(own, randomBytes(32).toString('hex'));
    keepFirst(own, path);
  }
  return readFileSync(path, 'utf8');
}
