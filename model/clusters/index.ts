import { Registry } from '../registry';
import type { ClusterModel } from './cluster';
import { existingModel } from './existing';
import { kindModel } from './kind';

export * from './cluster';
export * from './existing';
export * from './kind';

const models = { existing: existingModel, kind: kindModel };

type ClusterOf<M> = M extends ClusterModel<infer C> ? C : never;

export type Cluster = ClusterOf<(typeof models)[keyof typeof models]>;

export const clusterModels = new Registry<ClusterModel>('cluster', models);
