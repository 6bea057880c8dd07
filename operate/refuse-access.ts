import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writePrivateFile } from '../machine/files';
import { localPath } from '../machine/paths';
import { type Fleet, localPaths, throwProblems } from '../model';
import { repositoryProvider } from '../stacks/repositories';
import { accessProblems, tryCredentials } from './repository-access';

/**
 * Tries what the clusters and this clone read and write a hosted repository with, unless the same was tried before.
 *
 * @throws FleetError with what the server must be given, and where
 */
export async function refuseWithoutAccess(fleet: Fleet): Promise<void> {
  const provider = repositoryProvider(fleet);
  const credentials = provider.credentials?.(fleet) ?? [];
  if (credentials.length === 0) return;
  const file = localPath(localPaths.checkedRepository);
  const hash = createHash('sha256').update(JSON.stringify(credentials)).digest('hex');
  if (existsSync(file) && readFileSync(file, 'utf8') === hash) return;
  throwProblems(accessProblems(await tryCredentials(credentials)));
  writePrivateFile(file, hash);
}
