import type { FluxComponents } from '../../model';
import { variable } from '../environment';
import { lockedDown } from './lock-down';
import { readManifest } from './manifest';
import type { FluxProgram } from './program';

export const componentsProgram: FluxProgram<FluxComponents> = {
  objects: () => readManifest(variable('FLUX_FLEET_FLUX_COMPONENTS')).map(lockedDown),
};
