import { Registry } from '../registry';
import { fluxComponentsModel } from './components';
import { fluxInstanceModel } from './instance';
import type { FluxModel } from './way';

export * from './components';
export * from './controllers';
export * from './instance';
export * from './way';

const models = { components: fluxComponentsModel, instance: fluxInstanceModel };

type FluxOf<M> = M extends FluxModel<infer F> ? F : never;

/** How the clusters of a fleet have Flux. */
export type Flux = FluxOf<(typeof models)[keyof typeof models]>;

export const fluxModels = new Registry<FluxModel>('Flux', models);
