import { localPath } from '../machine/paths';
import { type Fleet, localPaths, repositoryLayout } from '../model';
import { RepositoryCopy } from '../operate/repository';
import { repositoryProvider } from '../stacks/repositories';

/** This machine's copy of the fleet's repository. */
export function repositoryCopy(fleet: Fleet): RepositoryCopy {
  const access = repositoryProvider(fleet).access(fleet);
  return new RepositoryCopy(localPath(localPaths.repositoryCopy), access, repositoryLayout(fleet.git));
}
