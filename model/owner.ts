/** Who made something on this machine: a fleet, as it was brought up from one clone of this repository. */
export interface Owner {
  /** The fleet's name. */
  readonly fleet: string;
  /** The random id of the clone; empty where an earlier version made it, which recorded no clone. */
  readonly clone: string;
  /** The folder of the clone's local files, as an absolute path: `/home/me/infra/.fleet`. Empty where it is not known. */
  readonly directory: string;
  /** The ids of the clones that it was taken over from. */
  readonly formerClones?: readonly string[];
  /** The ids of the things of the fleet that bear no mark of it, for they were taken over. */
  readonly adopted?: readonly string[];
}

const labels = {
  fleet: 'flux-fleet',
  clone: 'flux-fleet.clone',
  directory: 'flux-fleet.directory',
  formerClones: 'flux-fleet.former-clones',
  adopted: 'flux-fleet.adopted',
} as const;

/** The labels that mark what an owner makes in Docker. */
export function ownerLabels(owner: Owner): Record<string, string> {
  const { fleet, clone, directory, formerClones = [], adopted = [] } = owner;
  return {
    [labels.fleet]: fleet,
    [labels.clone]: clone,
    [labels.directory]: directory,
    ...(formerClones.length > 0 && { [labels.formerClones]: formerClones.join(',') }),
    ...(adopted.length > 0 && { [labels.adopted]: adopted.join(',') }),
  };
}

/** The owner that labels name; undefined where they name none. */
export function labelledOwner(found: Readonly<Record<string, string>> | null | undefined): Owner | undefined {
  const fleet = found?.[labels.fleet];
  if (!found || !fleet) return undefined;
  return {
    fleet,
    clone: found[labels.clone] ?? '',
    directory: found[labels.directory] ?? '',
    formerClones: found[labels.formerClones]?.split(',') ?? [],
    adopted: found[labels.adopted]?.split(',') ?? [],
  };
}

/** The folder in each node of a kind cluster that holds the marks. */
const marks = '/kind';

/** The file in each node of a kind cluster that names its owner, as JSON. */
export const ownerMark = `${marks}/flux-fleet-owner`;

/** The file in a control plane that identifies the cluster: see stacks/cluster/generation.ts. */
export const generationMark = `${marks}/flux-fleet-generation`;

/** The generation of a cluster that was taken over: it is kept as it is, whatever it was made from. */
export const adoptedGeneration = 'adopted';

/**
 * The Docker volume whose labels say which clone the fleet belongs to. It holds nothing: it is the one mark that can be
 * made anew at any time, and that outlives the containers as the repository does.
 */
export function ownerVolume(fleet: string): string {
  return `${fleet}-owner`;
}
