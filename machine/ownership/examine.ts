import { join } from 'node:path';

import { type Fleet, gitServerStack, kindName, type Owner } from '../../model';
import { thisOwner } from '../clone';
import { fleetDirectory } from '../paths';
import { clusterStacks, stateEvidence } from '../pulumi-state';
import { type Evidence, judge, type Standing, standing, type Verdict } from './judge';
import { type Found, look, type Thing } from './look';
import { adoptedIds, isIntended } from './records';

/** What stands on this machine under the fleet's names, and whose it is. */
export interface Examination {
  /** The fleet, as this clone owns it. */
  readonly self: Owner;
  readonly things: readonly JudgedThing[];
  /** Every name of a thing that the fleet uses, whether there is one or not. */
  readonly names: readonly string[];
  /** The volume that says which clone the fleet belongs to. */
  readonly claim?: Thing;
  /** How this clone stands to that one. */
  readonly standing: Standing;
}

export interface JudgedThing extends Thing {
  readonly verdict: Verdict;
  /** Whether the fleet needs the name: not that of a cluster which fleet.ts has no more. */
  readonly isNeeded: boolean;
}

export interface ExamineProps {
  /**
   * The clusters to look at; the rest of the fleet is looked at in any case.
   * @default - those of fleet.ts, and those that were made and are not in it any more
   */
  readonly clusters?: readonly string[];
  /** The folder of the clone's local files. @default - .fleet */
  readonly directory?: string;
}

/**
 * Looks at everything that has one of the fleet's names, and judges whose it is. Changes nothing on this machine but the
 * clone's own files: it gets its id.
 *
 * @throws FleetError when Docker or Pulumi's state cannot be read
 */
export async function examine(
  fleet: Fleet,
  { clusters: only, directory = fleetDirectory }: ExamineProps = {},
): Promise<Examination> {
  const declared = Object.keys(fleet.clusters);
  const clusters = only ?? [...new Set([...declared, ...clusterStacks(join(directory, 'state'))])];
  const self = thisOwner(fleet.name, directory);
  const found = await look(fleet, clusters);
  return judged(found, { evidence: evidenceOf(self, clusters), declared: new Set(declared.map(kindName)) });
}

function judged(
  { things, names, claim }: Found,
  { evidence, declared }: { evidence: Evidence; declared: ReadonlySet<string> },
): Examination {
  return {
    self: evidence.self,
    things: things.map((thing) => ({
      ...thing,
      verdict: judge(thing, { ...evidence, claim: claim?.owner }),
      isNeeded: !thing.cluster || declared.has(thing.name),
    })),
    names,
    claim,
    standing: standing(claim?.owner, evidence.self),
  };
}

function evidenceOf(self: Owner, clusters: readonly string[]): Evidence {
  const { directory } = self;
  const { stacks, ids } = stateEvidence(join(directory, 'state'));
  return {
    self,
    adopted: new Set(adoptedIds(directory)),
    made: ids,
    hasGitServer: stacks.includes(gitServerStack),
    begun: new Set(clusters.map(kindName).filter((name) => isIntended(name, directory))),
  };
}
