import { Registry } from '../registry';
import { gitServerModel } from './git-server';
import { hostedModel } from './hosted';
import { type RepositoryLayout, type RepositoryModel, wholeRepository } from './repository';

export * from './git-server';
export * from './hosted';
export * from './repository';

const models = { 'git-server': gitServerModel, hosted: hostedModel };

type RepositoryOf<M> = M extends RepositoryModel<infer R> ? R : never;

/** The repository that a fleet's Flux reads. */
export type Repository = RepositoryOf<(typeof models)[keyof typeof models]>;

export const repositoryModels = new Registry<RepositoryModel>('repository', models);

/** Where a fleet's files are in its repository. */
export function repositoryLayout(repository: Repository): RepositoryLayout {
  return repositoryModels.of(repository).layout?.(repository) ?? wholeRepository;
}
