import { FleetError } from '../model';

/** The variables that the stacks need. */
type Variable = 'FLUX_FLEET_FLUX_COMPONENTS' | 'FLUX_FLEET_FLUX_OPERATOR' | 'FLUX_FLEET_NODE_IMAGE';

/** A variable that `fleet env` prints. @throws FleetError when it is not set, with the command that sets it. */
export function variable(name: Variable): string {
  const value = process.env[name];
  if (value) return value;
  throw new FleetError({
    place: `environment variable ${name}`,
    problem: 'it is not set',
    next: 'Run `eval "$(npm run -s fleet -- env)"` in this shell, or use `npm run up`, which needs nothing set',
  });
}
