import { posix } from 'node:path';
import type { Problem } from '../../model';
import { plaintextIn } from '../../model/secrets/plaintext';

/** What in the files of a folder would put a secret into Git in plain text. */
export function* plainSecrets(place: string, files: ReadonlyMap<string, string>): Iterable<Problem> {
  for (const [path, text] of files) {
    for (const problem of path.endsWith('.md') ? [] : plaintextIn(text)) {
      yield { ...plainSecret(posix.join(place, path)), problem };
    }
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
