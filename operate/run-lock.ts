import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { exclusively, type Holder } from '../machine/lock';
import { FleetError } from '../model';

/** How long to wait for the end of the command that has the lock, in ms: it may just have been killed. */
const patience = 3000;

/**
 * Runs `work` while no other command changes the fleet of this clone.
 *
 * @param directory the folder of the clone's local files
 * @param command what this process runs: `npm run up`
 * @throws FleetError when another command is running
 */
export async function lockRuns<T>(directory: string, command: string, work: () => Promise<T>): Promise<T> {
  const waiting = (holder?: Holder) => {
    const problem = holder
      ? `\`${holder.command}\` is already running, as process ${holder.pid}`
      : 'a command that does not answer has the lock; it may be suspended';
    const stop = holder ? `stop it with \`kill ${holder.pid}\`` : 'continue it: `jobs` and `fg` in its shell';
    throw new FleetError({ place: directory, problem, next: `Wait until it ends, or ${stop}, and run this again` });
  };
  return exclusively({ name: `runs in ${realPath(directory)}`, command, patience, waiting }, work);
}

/** The path without links. The folder itself need not exist: `down --all` removes it while it has the lock. */
function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    const parent = dirname(directory);
    return parent === directory ? directory : join(realPath(parent), basename(directory));
  }
}
