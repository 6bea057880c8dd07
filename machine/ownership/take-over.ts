import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adoptedGeneration, type FleetName, generationMark, nameAside, type Owner, ownerMark } from '../../model';
import { renewCloneId } from '../clone';
import { fleetDirectory } from '../paths';
import { claimFleet } from './claim';
import { docker } from './engine';
import { examine, type Examination, type ExaminedObject } from './examine';
import type { MachineNames } from './find';
import { isOurs } from './ownership';
import { recordAdopted } from './records';
import { type Adopt, listed, refuseToBringUp, toAdopt } from './refuse';

/** What may be given to take a fleet over. */
export interface TakeOverProps {
  /** @default - nothing */
  readonly adopt?: Adopt;
  /** The folder of the clone's local files. @default - .fleet */
  readonly directory?: string;
  /** What was found before. @default - it is examined now */
  readonly examination?: Examination;
}

/**
 * Checks that no object of somebody else has a name that the fleet needs, records that the fleet belongs to this clone,
 * and takes over what `adopt` names.
 *
 * @returns what was taken over, as a sentence; undefined for nothing
 * @throws FleetError that names all that somebody else owns: nothing was changed then
 */
export async function takeOver(
  fleet: FleetName,
  names: MachineNames,
  props: TakeOverProps,
): Promise<string | undefined> {
  const { adopt = [], directory = fleetDirectory } = props;
  let examination = props.examination ?? (await examine(fleet, names, directory));
  if (adopt === true && examination.claimState === 'copied') {
    renewCloneId(directory);
    examination = await examine(fleet, names, directory);
  }
  refuseToBringUp(examination, adopt);
  const adopted = toAdopt(examination, adopt);
  const kept = adopted.filter((object) => !isUnmarkedContainer(object));
  // Before anything else: a cluster that is ours and has another generation would be created again.
  const clusters = kept.flatMap(({ cluster }) => cluster ?? []);
  for (const { nodes } of clusters) await writeMark([nodes[0]!.id], generationMark, adoptedGeneration);
  // A container without a mark may hold data that somebody needs.
  for (const { name } of adopted.filter(isUnmarkedContainer)) {
    await docker('stop', name);
    await docker('rename', name, nameAside(name));
  }
  const ids = kept.map(({ id }) => id);
  if (ids.length > 0) recordAdopted(ids, directory);
  await claimFleet(claimOf(examination, kept), examination.claim?.owner);
  await markClusters([...examination.objects.filter(isOurs), ...kept], examination.self);
  return adopted.length > 0 ? `took over ${listed(adopted)}` : undefined;
}

function isUnmarkedContainer({ kind, ownership }: ExaminedObject): boolean {
  return kind === 'container' && ownership === 'unmarked';
}

/** The owner, with the clones that had the fleet before, each of which is told at its next run, and what it took over. */
function claimOf({ self, claim, claimState }: Examination, adopted: readonly ExaminedObject[]): Owner {
  const isOwn = claimState === 'ours' || claimState === 'moved';
  const taken = isOwn ? [] : [claim?.owner, ...adopted.map(({ owner }) => owner)];
  const before = [...(claim?.owner?.formerClones ?? []), ...taken.map((owner) => owner?.clone ?? '')];
  return {
    ...self,
    formerClones: [...new Set(before)].filter((clone) => clone !== '' && clone !== self.clone),
    adopted: [...new Set([...(claim?.owner?.adopted ?? []), ...adopted.map(({ id }) => id)])],
  };
}

async function markClusters(objects: readonly ExaminedObject[], { fleet, clone, directory }: Owner): Promise<void> {
  const text = JSON.stringify({ fleet, clone, directory } satisfies Owner);
  for (const { cluster, owner } of objects) {
    const isMarked = owner?.clone === clone && owner.directory === directory && owner.fleet === fleet;
    const nodes = cluster?.nodes.map(({ id }) => id) ?? [];
    if (!isMarked) await writeMark(nodes, ownerMark, text);
  }
}

async function writeMark(containers: readonly string[], path: string, text: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'flux-fleet-mark-'));
  try {
    const file = join(scratch, 'mark');
    writeFileSync(file, `${text}\n`);
    for (const container of containers) await docker('cp', file, `${container}:${path}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
