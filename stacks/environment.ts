import { join } from 'node:path';

import { fleetDirectory } from '../machine/paths';
import { FleetError } from '../model';

/** What `fleet env` prints and the stacks cannot do without. */
type Variable = 'FLUX_FLEET_FLUX_COMPONENTS' | 'FLUX_FLEET_FLUX_OPERATOR' | 'FLUX_FLEET_NODE_IMAGE';

/**
 * A variable that `fleet env` prints.
 *
 * @throws FleetError when it is not set, with the command that sets it.
 */
export function variable(name: Variable): string {
  const value = process.env[name];
  if (value) return value;
  throw new FleetError({
    place: `environment variable ${name}`,
    problem: 'it is not set',
    next: 'Run `eval "$(npm run -s fleet -- env)"` in this shell, or use `npm run up`, which needs nothing set',
  });
}

/** A path in the folder that holds this machine's side of the fleet: keys, kubeconfigs, state. Never in Git. */
export function local(...path: readonly string[]): string {
  return join(fleetDirectory, ...path);
}
