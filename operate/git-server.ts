import { examine, refuseToBringUp } from '../machine/ownership';
import { alertLogHost, type Fleet, FleetError, gitServerHost } from '../model';
import { dockerObjectsGone, leftovers, removeLeftover, startStopped } from './leftovers';
import type { Stack } from './stack';

/** Brings the git server up, whatever an earlier run or somebody else did to it. The repository is in a volume that stays. */
export async function bringUpGitServer(fleet: Fleet, stack: Stack): Promise<void> {
  await stack.recover();
  if (await dockerObjectsGone(await stack.resources())) await stack.refresh();
  const examination = await examine(fleet, { clusters: [] });
  refuseToBringUp(examination);
  for (const leftover of leftovers(examination.things, await stack.resources())) {
    if ((await removeLeftover(leftover)) === 'removed') continue;
    if (leftover.kind !== 'network') {
      throw new FleetError({
        place: `Docker ${leftover.kind} ${leftover.name}`,
        problem: 'an earlier run left it behind, and it cannot be removed',
        next: `See \`docker ${leftover.kind} rm --force ${leftover.name}\``,
      });
    }
    await stack.adopt('docker:index/network:Network', 'network', leftover.id);
  }
  await stack.up();
  await startStopped([gitServerHost, alertLogHost]);
}
