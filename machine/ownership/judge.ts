import { statSync } from 'node:fs';

import type { Owner } from '../../model';
import { readCloneId } from '../clone';
import type { Thing } from './look';

/** Whose a thing is. */
export type Verdict =
  /** This clone made it, or has taken it over. */
  | 'ours'
  /** A fleet made it: another one, or this one from another clone. */
  | 'of another clone'
  /** It bears no mark of any fleet. */
  | 'unmarked';

/** What this clone knows of what it made. */
export interface Evidence {
  readonly self: Owner;
  /** The ids of what this clone has taken over. */
  readonly adopted: ReadonlySet<string>;
  /** The fleet's owner, as it is recorded. */
  readonly claim?: Owner;
  /** The ids and generations in Pulumi's state. */
  readonly made: ReadonlySet<string>;
  /** Whether this clone has ever brought a git server up. */
  readonly hasGitServer: boolean;
  /** The clusters, by kind's names, that a run began to make and did not end. */
  readonly begun: ReadonlySet<string>;
}

/** Whose a thing is: by its mark, and where an earlier version made it, by this clone's own records. */
export function judge(thing: Thing, evidence: Evidence): Verdict {
  const { owner, id } = thing;
  const { self } = evidence;
  const isClaimed = evidence.claim?.adopted?.includes(id) ?? false;
  if (owner?.clone === self.clone || evidence.adopted.has(id)) return 'ours';
  if (isClaimed) return evidence.claim?.clone === self.clone ? 'ours' : 'of another clone';
  if (owner?.clone) return 'of another clone';
  if (madeByEarlierVersion(thing, evidence) || isHalfMade(thing, evidence)) return 'ours';
  // An earlier version marked clusters by their generation alone.
  return owner || thing.cluster?.generation ? 'of another clone' : 'unmarked';
}

function madeByEarlierVersion({ kind, id, owner, cluster }: Thing, { self, made, hasGitServer }: Evidence): boolean {
  // `down` takes the volume out of Pulumi's state and keeps it.
  if (kind === 'volume') return owner?.fleet === self.fleet && hasGitServer;
  return made.has(cluster ? (cluster.generation ?? '') : id);
}

/** A cluster that a killed run of this clone left without a mark. Somebody's own is on another network, kind's. */
function isHalfMade({ name, cluster }: Thing, { self, begun }: Evidence): boolean {
  return cluster !== undefined && !cluster.generation && cluster.network === self.fleet && begun.has(name);
}

/** How this clone stands to the one that the fleet is claimed by. */
export type Standing =
  | 'unclaimed'
  | 'ours'
  /** Ours, and this clone was at another place then. */
  | 'moved'
  /** Of the clone that this one's local files were copied from. */
  | 'copied'
  | 'of another clone';

export function standing(claim: Owner | undefined, self: Owner): Standing {
  if (!claim) return 'unclaimed';
  if (claim.clone !== self.clone) return 'of another clone';
  if (claim.directory === self.directory) return 'ours';
  const isCopy = readCloneId(claim.directory) === self.clone && !isSameFolder(claim.directory, self.directory);
  return isCopy ? 'copied' : 'moved';
}

/** Whether two paths lead to one folder, as by a link or a bind mount. */
function isSameFolder(a: string, b: string): boolean {
  const [first, second] = [statSync(a), statSync(b)];
  return first.dev === second.dev && first.ino === second.ino;
}
