import { Registry } from '../registry';
import { gitServerModel } from './git-server';
import type { RepositoryModel } from './repository';

export * from './git-server';
export * from './repository';

const models = { 'git-server': gitServerModel };

type RepositoryOf<M> = M extends RepositoryModel<infer R> ? R : never;

/** The repository that a fleet's Flux reads. */
export type Repository = RepositoryOf<(typeof models)[keyof typeof models]>;

export const repositoryModels = new Registry<RepositoryModel>('repository', models);
