import type { FluxComponents } from '../../model';
import { variable } from '../environment';
import { configured } from './controllers';
import { readManifest } from './manifest';
import type { FluxProgram } from './program';

export const componentsProgram: FluxProgram<FluxComponents> = {
  objects: () => readManifest(variable('FLUX_FLEET_FLUX_COMPONENTS')).map(configured),
};
