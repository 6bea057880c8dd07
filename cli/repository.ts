import { localPath } from '../machine/paths';
import { type Fleet, localPaths } from '../model';
import { RepositoryCopy } from '../operate/repository';
import { repositoryProvider } from '../stacks/repositories';

/** This machine's copy of the fleet's repository. */
export function repositoryCopy(fleet: Fleet): RepositoryCopy {
  return new RepositoryCopy(localPath(localPaths.repositoryCopy), repositoryProvider(fleet).access(fleet));
}
