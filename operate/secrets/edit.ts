import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { writePrivateFile } from '../../machine/files';
import { FleetError } from '../../model';
import { changesIn } from './edited-values';
import { path, type SecretsFolder, type SecretsOf } from './folder';

/**
 * Opens the decrypted Secret of an app in an editor, and takes over the values that were changed: whatever is typed is
 * text, and what is not touched keeps its ciphertext. An edit that is refused is kept, and opened by the next call.
 *
 * @param open shows a file to the user until they are done with it.
 * @returns whether anything changed.
 * @throws FleetError when the edit cannot be taken over; it says where it is kept.
 */
export async function editSecrets(
  folder: SecretsFolder,
  of: SecretsOf,
  open: (file: string) => Promise<void>,
): Promise<boolean> {
  const before = await folder.decrypt(of);
  const draft = draftPath(folder, of);
  const heading = '# Each value is text, be it in quotes or not. Values are all that can be changed here.\n';
  const text = heading + stringify(before, { lineWidth: 0, blockQuote: 'literal' });
  if (!existsSync(draft)) writePrivateFile(draft, text);
  const typed = () => (existsSync(draft) ? readFileSync(draft, 'utf8') : text);
  try {
    await open(draft);
    const changed = await folder.change(of, changesIn(typed(), { before, place: path(of) }));
    discard(draft);
    return changed;
  } catch (error) {
    if (typed() === text) discard(draft);
    else if (error instanceof FleetError) throw kept(error, draft);
    throw error;
  }
}

/** Another one for each state of the encrypted file: an edit of an older state would undo what came since. */
function draftPath(folder: SecretsFolder, of: SecretsOf): string {
  const state = createHash('sha256').update(folder.text(of)!).digest('hex').slice(0, 8);
  return join(folder.props.directory, 'edits', `${of.cluster}-${of.app}-${state}`, `${of.app}.yaml`);
}

/** The whole folder: editors leave copies beside a file. */
function discard(draft: string): void {
  rmSync(dirname(draft), { recursive: true, force: true });
}

function kept(error: FleetError, draft: string): FleetError {
  const how = `Your edit is kept in plain text in ${draft}: run the same again to go on with it, or remove it`;
  return new FleetError(...error.problems.map((problem) => ({ ...problem, next: `${problem.next}. ${how}` })));
}
