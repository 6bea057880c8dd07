import type { FluxComponents } from '../../model';
import { variable } from '../environment';
import { configured } from './controllers';
import { type FluxProgram, readManifest } from './manifest';

export const componentsProgram: FluxProgram<FluxComponents> = {
  objects: (_, settings) =>
    readManifest(variable('FLUX_FLEET_FLUX_COMPONENTS')).map((object) => configured(object, settings)),
};
