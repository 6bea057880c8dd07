import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { adoptedGeneration, type Fleet, generationMark, type Owner, ownerMark } from '../../model';
import { renewCloneId } from '../clone';
import { fleetDirectory } from '../paths';
import { claimFleet } from './claim';
import { copyIntoContainer, docker } from './engine';
import { examine, type Examination, type JudgedThing } from './examine';
import { recordAdopted } from './records';
import { type Adopt, listed, nameAside, refuseToBringUp, toAdopt } from './refuse';

/**
 * Makes sure that nothing of somebody else's is in the way of the fleet, records that it belongs to this clone, and takes
 * over what it is told to.
 *
 * @returns what was taken over, in words; undefined for nothing
 * @throws FleetError that names all that is somebody else's: nothing was changed then
 */
export async function takePossession(
  fleet: Fleet,
  adopt: Adopt = [],
  directory = fleetDirectory,
): Promise<string | undefined> {
  let examination = await examine(fleet, { directory });
  if (adopt === true && examination.standing === 'copied') {
    renewCloneId(directory);
    examination = await examine(fleet, { directory });
  }
  refuseToBringUp(examination, adopt);
  const adopted = toAdopt(examination, adopt);
  const unmarkedContainers = adopted.filter(isUnmarkedContainer);
  const kept = adopted.filter((thing) => !isUnmarkedContainer(thing));
  await keepAsTheyAre(kept);
  for (const { name } of unmarkedContainers) await setAside(name);
  if (kept.length > 0)
    recordAdopted(
      kept.map(({ id }) => id),
      directory,
    );
  await claimFleet(claimOf(examination, kept), examination.claim?.owner);
  const ours = examination.things.filter(({ verdict }) => verdict === 'ours');
  await markClusters([...ours, ...kept], examination.self);
  return adopted.length > 0 ? `took over ${listed(adopted)}` : undefined;
}

function isUnmarkedContainer({ kind, verdict }: JudgedThing): boolean {
  return kind === 'container' && verdict === 'unmarked';
}

/** The owner, with the clones that had the fleet before, each of which is told at its next run, and what it took over. */
function claimOf({ self, claim, standing }: Examination, adopted: readonly JudgedThing[]): Owner {
  const taken = standing === 'ours' || standing === 'moved' ? [] : [claim?.owner, ...adopted.map(({ owner }) => owner)];
  const before = [...(claim?.owner?.formerClones ?? []), ...taken.map((owner) => owner?.clone ?? '')];
  const ids = [...(claim?.owner?.adopted ?? []), ...adopted.map(({ id }) => id)];
  return {
    ...self,
    formerClones: [...new Set(before)].filter((clone) => clone !== '' && clone !== self.clone),
    adopted: [...new Set(ids)],
  };
}

/** First of all: a cluster that is ours and has another generation would be made anew. */
async function keepAsTheyAre(things: readonly JudgedThing[]): Promise<void> {
  for (const { cluster } of things) {
    if (cluster) await writeMark([cluster.nodes[0]!.id], generationMark, adoptedGeneration);
  }
}

/** A container that nobody marked may hold what somebody needs. */
async function setAside(name: string): Promise<void> {
  await docker('stop', name);
  await docker('rename', name, nameAside(name));
}

async function markClusters(things: readonly JudgedThing[], { fleet, clone, directory }: Owner): Promise<void> {
  const owner: Owner = { fleet, clone, directory };
  const text = JSON.stringify(owner);
  for (const thing of things) {
    const marked = thing.owner?.clone === clone && thing.owner.directory === directory && thing.owner.fleet === fleet;
    if (thing.cluster && !marked)
      await writeMark(
        thing.cluster.nodes.map(({ id }) => id),
        ownerMark,
        text,
      );
  }
}

async function writeMark(containers: readonly string[], path: string, text: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'flux-fleet-mark-'));
  try {
    const file = join(scratch, 'mark');
    writeFileSync(file, `${text}\n`);
    for (const container of containers) await copyIntoContainer(container, file, path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
