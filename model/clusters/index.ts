import { Registry } from '../registry';
import type { ClusterModel } from './cluster';
import { kindModel } from './kind';

export * from './cluster';
export * from './kind';

const models = { kind: kindModel };

type ClusterOf<M> = M extends ClusterModel<infer C> ? C : never;

export type Cluster = ClusterOf<(typeof models)[keyof typeof models]>;

export const clusterModels = new Registry<ClusterModel>('cluster', models);
