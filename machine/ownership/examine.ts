import { existsSync } from 'node:fs';
import { type FleetName, type Owner, repositoryStack } from '../../model';
import { allOf } from '../all-of';
import { membership, thisOwner } from '../clone';
import { fleetDirectory } from '../paths';
import { stateEvidence, stateIn } from '../pulumi-state';
import { otherFleets } from './claim';
import { allNames, findObjects, type Found, type MachineNames, type MachineObject } from './find';
import { type ClaimState, claimState, type Evidence, type Ownership, ownershipOf } from './ownership';
import { adoptedIds, intentFile } from './records';

/** What is on this machine under the fleet's names, and who owns it. */
export interface Examination {
  readonly self: Owner;
  readonly objects: readonly ExaminedObject[];
  /** Every name that the fleet uses, whether an object has it or not. */
  readonly names: readonly string[];
  /** The volume that records which clone the fleet belongs to. */
  readonly claim?: MachineObject;
  /** What that record means for this clone. */
  readonly claimState: ClaimState;
  /** The fleets of other names that this clone has. */
  readonly otherFleets: readonly Owner[];
}

export interface ExaminedObject extends MachineObject {
  readonly ownership: Ownership;
  /** Whether the fleet needs the name: false for a cluster that `fleet.ts` no longer has. */
  readonly isNeeded: boolean;
}

/**
 * Finds everything that has one of these names, and who owns it. Changes nothing on this machine but the clone's own
 * files: the clone gets its id.
 *
 * @param directory the folder of the clone's local files
 * @throws FleetError when Docker or Pulumi's state cannot be read
 */
export async function examine(fleet: FleetName, names: MachineNames, directory = fleetDirectory): Promise<Examination> {
  const all = allNames([names]);
  const clusters = all.kindClusters.map(({ name }) => name);
  const owner = thisOwner(fleet.name, directory);
  const { stacks, ids } = stateEvidence(stateIn(directory));
  const { objects, claim, others } = await look(all, owner);
  // A fleet that was joined stays where its first clone has it, also when that is moved.
  const isJoined = membership(directory) !== undefined && claim?.owner?.clone === owner.clone;
  const self = isJoined ? { ...owner, directory: claim.owner.directory } : owner;
  const evidence: Evidence = {
    self,
    adopted: new Set(adoptedIds(directory)),
    claim: claim?.owner,
    made: ids,
    hasRepository: stacks.includes(repositoryStack),
    begun: new Set(clusters.filter((name) => existsSync(intentFile(name, directory)))),
  };
  return {
    self,
    objects: objects.map((object) => ({
      ...object,
      ownership: ownershipOf(object, evidence),
      isNeeded: !object.cluster || all.kindClusters.some(({ name, isNeeded }) => isNeeded && name === object.name),
    })),
    names: [
      ...clusters,
      ...all.kindClusters.flatMap(({ nodes }) => nodes),
      ...all.containers,
      ...all.networks,
      ...all.volumes,
      ...all.elsewhere,
    ],
    claim,
    claimState: claimState(claim?.owner, self),
    otherFleets: others,
  };
}

/** A fleet that has nothing on this machine needs no Docker, and a CI runner may have none. */
async function look(names: Required<MachineNames>, owner: Owner): Promise<Found & { others: Owner[] }> {
  const { kindClusters, containers, networks, volumes } = names;
  const isHere = [kindClusters, containers, networks, volumes].some((list) => list.length > 0);
  const looking = allOf([findObjects({ name: owner.fleet }, names), otherFleets(owner)]);
  const [found, others] = await (isHere ? looking : looking.catch(() => [{ objects: [] }, []] as [Found, Owner[]]));
  return { ...found, others };
}
