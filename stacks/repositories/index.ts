import type { Fleet, Repository } from '../../model';
import { Registry } from '../../model/registry';
import { gitServerProvider } from './git-server/provider';
import { hostedProvider } from './hosted/provider';
import type { RepositoryProvider } from './provider';

const providers: { readonly [T in Repository['type']]: RepositoryProvider<Extract<Repository, { type: T }>> } = {
  'git-server': gitServerProvider,
  hosted: hostedProvider,
};

export const repositoryProviders = new Registry<RepositoryProvider>('repository', providers);

export function repositoryProvider({ git }: Fleet): RepositoryProvider {
  return repositoryProviders.of(git);
}
