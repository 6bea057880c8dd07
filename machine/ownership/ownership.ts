import { statSync } from 'node:fs';
import { networkName, type Owner } from '../../model';
import { readCloneId } from '../clone';
import type { MachineObject } from './find';

/** Who owns an object. */
export type Ownership =
  /** This clone made it, or has taken it over. */
  | 'ours'
  /** A fleet made it: another one, or this one from another clone. */
  | 'another clone'
  /** It has no mark of any fleet. */
  | 'unmarked';

interface Owned {
  readonly ownership: Ownership;
}

/** Whether this clone may change and remove it. */
export const isOurs = ({ ownership }: Owned) => ownership === 'ours';

/** Whether somebody else owns it: it stays as it is. */
export const isForeign = (object: Owned) => !isOurs(object);

/** What this clone knows of what it made. */
export interface Evidence {
  readonly self: Owner;
  /** The ids of what this clone has taken over. */
  readonly adopted: ReadonlySet<string>;
  /** The fleet's owner, as it is recorded. */
  readonly claim?: Owner;
  /** The ids and generations in Pulumi's state. */
  readonly made: ReadonlySet<string>;
  /** Whether this clone has ever brought its repository up. */
  readonly hasRepository: boolean;
  /** The clusters, by kind's names, that a run started to create and did not complete. */
  readonly begun: ReadonlySet<string>;
}

/** Who owns an object: by its mark, and if an earlier version made it, by this clone's own records. */
export function ownershipOf(object: MachineObject, evidence: Evidence): Ownership {
  const { owner, id } = object;
  const { self } = evidence;
  if (owner?.clone === self.clone || evidence.adopted.has(id)) return 'ours';
  if (evidence.claim?.adopted?.includes(id)) return evidence.claim.clone === self.clone ? 'ours' : 'another clone';
  if (owner?.clone) return 'another clone';
  if (madeByEarlierVersion(object, evidence) || isIncomplete(object, evidence)) return 'ours';
  // An earlier version marked clusters by their generation alone.
  return owner || object.cluster?.generation ? 'another clone' : 'unmarked';
}

function madeByEarlierVersion({ kind, id, owner, cluster }: MachineObject, evidence: Evidence): boolean {
  // `down` removes the volume from Pulumi's state and keeps it.
  if (kind === 'volume') return owner?.fleet === evidence.self.fleet && evidence.hasRepository;
  return evidence.made.has(cluster ? (cluster.generation ?? '') : id);
}

/** A cluster that a killed run of this clone left without a mark. Clusters of others are on another network. */
function isIncomplete({ name, cluster }: MachineObject, { self, begun }: Evidence): boolean {
  if (cluster === undefined || cluster.generation) return false;
  return cluster.network === networkName({ name: self.fleet }) && begun.has(name);
}

/** What the record of the fleet's owner means for this clone. */
export type ClaimState =
  | 'unclaimed'
  | 'ours'
  /** Ours, and this clone was in another folder then. */
  | 'moved'
  /** The owner is the clone that this one's local files were copied from. */
  | 'copied'
  | 'another clone';

export function claimState(claim: Owner | undefined, self: Owner): ClaimState {
  if (!claim) return 'unclaimed';
  if (claim.clone !== self.clone) return 'another clone';
  if (claim.directory === self.directory) return 'ours';
  const isCopy = readCloneId(claim.directory) === self.clone && !isSameFolder(claim.directory, self.directory);
  return isCopy ? 'copied' : 'moved';
}

/** Whether two paths lead to one folder, as by a link or a bind mount. */
function isSameFolder(a: string, b: string): boolean {
  const [first, second] = [statSync(a), statSync(b)];
  return first.dev === second.dev && first.ino === second.ino;
}
