import { coerce, gt } from 'semver';
import { clonePath } from '../../machine/clone';
import type { Adopt } from '../../machine/ownership';
import { FleetError, fluxNamespace, fluxRoot, fluxVersion, labelledOwner, type Owner, type Problem } from '../../model';
import type { Adopted, ClusterRecord } from '../../stacks/clusters/record';
import { described, type FluxThere, hasFlux, isEmpty, versionOf } from './flux-there';

export interface StandingProps {
  /** The cluster's name in `fleet.ts`. */
  readonly name: string;
  readonly self: Owner;
  readonly there: FluxThere;
  /** What may be taken over. */
  readonly adopt: Adopt;
  /** Whether a run of this clone has begun on this very cluster. */
  readonly begun?: ClusterRecord;
}

/** What this fleet has in a cluster. */
export interface Standing {
  /** What was there before, and was taken over or is now: Flux, or its namespace alone; nothing where this fleet brought all. */
  readonly adopted: Adopted;
  /** Whether something is taken over now. */
  readonly isTaken: boolean;
}

/**
 * What this fleet has in a cluster, by the marks of what is there.
 *
 * @throws FleetError where Flux is there that is not this clone's, and nobody allowed to take it over
 */
export function standing({ name, self, there, adopt, begun }: StandingProps): Standing {
  const refuse = (text: Omit<Problem, 'place'>) => {
    throw new FleetError({ place: `cluster ${name}`, ...text });
  };
  if (isEmpty(there)) return { adopted: [], isTaken: false };
  if (there.namespace?.metadata.deletionTimestamp) {
    const next = `Run \`npm run up\` again when it is gone; see what holds it with \`kubectl get namespace ${fluxNamespace} -o yaml\``;
    refuse({ problem: `its namespace ${fluxNamespace} is being deleted`, next });
  }
  const owner = labelledOwner(there.namespace?.metadata.annotations);
  const isNamed = adopt !== true && adopt.includes(name);
  if (owner) {
    const isOurs = owner.clone === self.clone && owner.fleet === self.fleet;
    const isTaken = isNamed || (adopt === true && owner.fleet === self.fleet);
    if (!isOurs && !isTaken) refuse(anothers(name, owner));
    return { adopted: (owner.adopted ?? []) as Adopted, isTaken: !isOurs };
  }
  if (begun) return { adopted: begun.adopted, isTaken: false };
  const hindrance = obstacle(there);
  if (!isNamed || hindrance) refuse(unmarked(name, there, hindrance));
  return { adopted: [hasFlux(there) ? 'flux' : 'namespace'], isTaken: true };
}

function anothers(name: string, { fleet, directory }: Owner): Omit<Problem, 'place'> {
  const path = clonePath(directory);
  return {
    problem: `it belongs to the fleet ${fleet} of the clone in ${path}`,
    next: `Run the commands there, or take it over with \`npm run up -- --adopt ${name}\``,
  };
}

function unmarked(name: string, there: FluxThere, hindrance: string | undefined): Omit<Problem, 'place'> {
  const what = hasFlux(there) ? described(there) : `a namespace ${fluxNamespace}`;
  const problem = `it has ${what}, and no fleet brought it there`;
  if (hindrance) return { problem, next: hindrance };
  const result = hasFlux(there)
    ? `makes it Flux ${fluxVersion} and leaves it there when the fleet goes`
    : 'keeps what is in it';
  return { problem, next: `Run \`npm run up -- --adopt ${name}\`, which ${result}, or remove it first` };
}

/** What has to be done before Flux can be taken over: two owners would undo each other's work. */
function obstacle(there: FluxThere): string | undefined {
  const { controllers, instance, root } = there;
  const version = coerce(versionOf(there));
  if (version && gt(version, fluxVersion))
    return `Use a version of this program that has Flux ${version.version}: its definitions cannot go back to ${fluxVersion}`;
  if (instance)
    return `Remove the FluxInstance ${instance.metadata.name} and the Flux Operator first: the operator would undo every change`;
  const elsewhere = controllers.find(({ metadata }) => metadata.namespace !== fluxNamespace);
  if (elsewhere)
    return `Remove it first, \`flux uninstall --namespace ${elsewhere.metadata.namespace}\`: the fleet's is in ${fluxNamespace}`;
  // Flux would prune what the former repository has and the fleet's has not, be it Flux itself.
  const patch = `'{"spec":{"deletionPolicy":"Orphan"}}'`;
  const remove = `kubectl -n ${fluxNamespace} patch kustomization ${fluxRoot} --type merge -p ${patch} && kubectl -n ${fluxNamespace} delete kustomization ${fluxRoot}`;
  return root && `Remove its sync first and leave what it applied: \`${remove}\``;
}
