import { posix } from 'node:path';
import type { Problem } from '../../model';
import { documents } from '../files/object';
import { isPlainSecret } from './secret-file';

/** Each Secret in the files of a folder that is not encrypted. */
export function* plainSecrets(place: string, files: ReadonlyMap<string, string>): Iterable<Problem> {
  for (const [path, text] of files) {
    if (!/\.(ya?ml|json)$/.test(path) || !text.includes('Secret')) continue;
    if (documents(text).some(isPlainSecret)) yield plainSecret(posix.join(place, path));
  }
}

/** What is wrong with a Secret that is not encrypted. */
export function plainSecret(place: string): Problem {
  return {
    place,
    problem: 'it contains a Secret that is not encrypted',
    next: "Add its keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`",
  };
}
