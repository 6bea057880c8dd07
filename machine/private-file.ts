import { dirname } from 'node:path';

import { writeWhole } from './files';
import { makePrivate } from './paths';

/** Writes a file that only its owner may read, atomically. */
export function writePrivateFile(path: string, content: string): void {
  makePrivate(dirname(path));
  writeWhole(path, content, 0o600);
}
