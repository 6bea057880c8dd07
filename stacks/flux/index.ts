import type { Flux } from '../../model';
import { Registry } from '../../model/registry';
import { componentsProgram } from './components';
import { instanceProgram } from './instance';
import type { FluxProgram } from './manifest';

const programs: { readonly [T in Flux['type']]: FluxProgram<Extract<Flux, { type: T }>> } = {
  components: componentsProgram,
  instance: instanceProgram,
};

export const fluxPrograms = new Registry<FluxProgram>('Flux', programs);
