import * as pulumi from '@pulumi/pulumi';

import type { MachineNeeds } from '../../machine/needs';
import { ageKey, type Cluster, type Fleet, type Recipient, type Repository } from '../../model';
import { clusterModels } from '../../model/clusters';
import type { ClusterModel } from '../../model/clusters/cluster';
import { repositoryModels } from '../../model/repositories';
import type { RepositoryModel } from '../../model/repositories/repository';
import { recipientsRule } from '../../model/secrets/recipient';
import * as v from '../../model/validation/schema';
import { toText } from '../../model/validation/values';
import { clusterProviders } from '../../stacks/clusters';
import type { ClusterProvider } from '../../stacks/clusters/provider';
import { repositoryProviders } from '../../stacks/repositories';
import type { RepositoryProvider } from '../../stacks/repositories/provider';

/** A type of clusters that this program does not have: somebody else made them, and their kubeconfig is known. */
interface StaticCluster {
  readonly type: 'static';
  readonly kubeconfig: string;
  readonly recipients: readonly Recipient[];
}

/** A type of repositories that this program does not have: a folder, from which a port of this machine is served. */
interface FolderRepository {
  readonly type: 'folder';
  readonly path: string;
  readonly port: number;
}

export function staticCluster(kubeconfig = 'a kubeconfig'): Cluster {
  return { type: 'static', kubeconfig, recipients: [ageKey()] } satisfies StaticCluster as unknown as Cluster;
}

export function folderRepository(path: string, port = 8418): Repository {
  return { type: 'folder', path, port } satisfies FolderRepository as unknown as Repository;
}

const staticModel: ClusterModel<StaticCluster> = {
  schema: v.schema<Omit<StaticCluster, 'type'>>({ kubeconfig: v.string, recipients: recipientsRule }),
  maxNameLength: () => 10,
  hostPorts: () => [],
};

const folderModel: RepositoryModel<FolderRepository> = {
  schema: v.schema<Omit<FolderRepository, 'type'>>({ path: v.string, port: v.port }),
  hostPorts: ({ port }) => [{ port: toText(port), path: 'port' }],
};

/** What the fakes were asked to do. */
export const calls: string[] = [];
const call = (name: string) => Promise.resolve(void calls.push(name));
const nothing: MachineNeeds = { ports: [], nodes: 0 };

const staticProvider: ClusterProvider = {
  program: () =>
    Promise.resolve({
      provide: ({ cluster }) => ({
        kubeconfig: pulumi.secret((cluster as unknown as StaticCluster).kubeconfig),
        identity: 'identity of edge',
      }),
    }),
  context: ({ name }) => `static-${name}`,
  start: ({ name }) => call(`start ${name}`),
  kept: ({ name }) => `Cluster ${name} stays: somebody else made it.`,
  receiverAddress: () => undefined,
  needs: ({ name }) => ({
    ...nothing,
    findings: () => Promise.resolve([{ subject: `cluster ${name}`, state: 'ok', detail: 'it answers' }]),
  }),
};

const path = (fleet: Fleet) => (fleet.git as unknown as FolderRepository).path;

const folderProvider: RepositoryProvider = {
  title: 'Folder',
  program: () =>
    Promise.resolve({
      provide: (fleet) => ({ hostUrl: path(fleet) }),
      source: () => ({ url: 'https://folder.example.org/infra', credentials: { password: 'token' } }),
    }),
  access: (fleet) => ({ url: path(fleet), environment: { GIT_FOLDER: 'yes' } }),
  endpoint: () => ({ host: 'folder.example.org', port: 22 }),
  announces: false,
  prepare: () => call('prepare'),
  start: () => call('start the repository'),
  cleanUp: () => call('clean up'),
  removeData: () => call('remove data'),
  kept: (fleet) => `in ${path(fleet)}`,
  needs: () => nothing,
};

/** Makes the two types known to the parts of this program that do not run in Pulumi. */
export function registerFakes(): void {
  clusterModels.register('static', staticModel);
  repositoryModels.register('folder', folderModel);
  clusterProviders.register('static', staticProvider);
  repositoryProviders.register('folder', folderProvider);
}
