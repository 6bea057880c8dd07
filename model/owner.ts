import { adoptedLabel, cloneLabel, directoryLabel, fleetLabel, formerClonesLabel } from './names';

/** Who made something on this machine: a fleet, as it was brought up from one clone of this repository. */
export interface Owner {
  readonly fleet: string;
  /** The random id of the clone; empty if an earlier version made it, which recorded no clone. */
  readonly clone: string;
  /** The folder of the clone's local files, as an absolute path: `/home/me/infra/.fleet`. Empty if it is not known. */
  readonly directory: string;
  /** The ids of the clones that it was taken over from. */
  readonly formerClones?: readonly string[];
  /** The ids of the objects that were taken over and have no mark of the fleet. */
  readonly adopted?: readonly string[];
}

/** The labels that mark what an owner makes in Docker. */
export function ownerLabels(owner: Owner): Record<string, string> {
  const { fleet, clone, directory, formerClones = [], adopted = [] } = owner;
  return {
    [fleetLabel]: fleet,
    [cloneLabel]: clone,
    [directoryLabel]: directory,
    ...(formerClones.length > 0 && { [formerClonesLabel]: formerClones.join(',') }),
    ...(adopted.length > 0 && { [adoptedLabel]: adopted.join(',') }),
  };
}

/** The owner that labels name; undefined if they name none. */
export function labelledOwner(labels: Readonly<Record<string, string>> | null | undefined): Owner | undefined {
  const fleet = labels?.[fleetLabel];
  if (!labels || !fleet) return undefined;
  return {
    fleet,
    clone: labels[cloneLabel] ?? '',
    directory: labels[directoryLabel] ?? '',
    formerClones: labels[formerClonesLabel]?.split(',') ?? [],
    adopted: labels[adoptedLabel]?.split(',') ?? [],
  };
}
