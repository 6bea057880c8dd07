import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, throwProblems } from '../model';
import { plaintextIn } from '../model/secrets/plaintext';

/** The problems of every file under a folder that would put a secret into Git in plain text. Markdown may show examples. */
export function plaintextUnder(folder: string, shown = folder): Problem[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .flatMap((entry) => {
      const file = join(entry.parentPath, entry.name);
      return plaintextIn(readFileSync(file, 'utf8')).map((problem) => ({
        place: join(shown, file.slice(folder.length)),
        problem,
        next: 'Store the value with `npm run fleet -- secrets set`, or encrypt the file with `sops encrypt --in-place`',
      }));
    })
    .sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** @throws FleetError that names each file under a folder that would put a secret into Git in plain text. */
export function refusePlaintext(folder: string, shown?: string): void {
  throwProblems(plaintextUnder(folder, shown));
}
