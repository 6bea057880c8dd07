import type { Cluster, Repository } from '../model';
import { Registry } from '../model/registry';
import * as kind from './clusters/kind/program';
import type { ClusterProgram } from './clusters/provider';
import * as gitServer from './repositories/git-server/program';
import type { RepositoryProgram } from './repositories/provider';

// Apart from the providers, because these load Pulumi's packages, which take seconds: only Pulumi needs them.

/** What Pulumi runs for each type of clusters. */
const clusters: { readonly [T in Cluster['type']]: ClusterProgram<Extract<Cluster, { type: T }>> } = { kind };

/** What Pulumi runs for each type of repositories. */
const repositories: { readonly [T in Repository['type']]: RepositoryProgram<Extract<Repository, { type: T }>> } = {
  'git-server': gitServer,
};

export const clusterPrograms = new Registry<ClusterProgram>('cluster', clusters);
export const repositoryPrograms = new Registry<RepositoryProgram>('repository', repositories);
