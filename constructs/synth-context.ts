import type { Fleet } from '../model';

/** What is rendered: a fleet, and the folder of its `fleet.ts`. */
export interface SynthContext {
  readonly fleet: Fleet;
  readonly root: string;
}
