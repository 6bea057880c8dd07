import type { Command } from 'commander';
import { engineProblem } from '../machine/checks';
import type { ToolEnvironment, ToolSource } from '../machine/tool-source';
import { type Fleet, FleetError } from '../model';
import { machineNeeds } from '../stacks/needs';
import { confirmChanges } from './consent';
import { loadFleet } from './fleet-file';
import { chooseSource, defaultSource, knownSource } from './tool-sources';

type Report = (line: string) => void;

/** Gets every tool and image that is missing. Uses no network when nothing is. @throws FleetError */
export async function provide(fleet: Fleet, report: Report): Promise<ToolEnvironment> {
  const { source, reason } = await chooseSource();
  source.checkSupport(fleet);
  if ((await source.missing()).length > 0) {
    report(`tools and images: ${source.description}${reason ? ` (${reason})` : ''}`);
    await confirmOnce(source, report);
    await source.get(machineNeeds(fleet), report);
  }
  return source.environment();
}

let confirmed: Promise<void> | undefined;

/** Says what {@link provide} will change on this machine, and asks on a terminal, once per process. */
function confirmOnce(source: ToolSource, report: Report): Promise<void> {
  return (confirmed ??= source.systemChanges().then((changes) => confirmChanges(changes, report)));
}

/**
 * Asks what {@link provide} would ask. For commands that draw on the terminal while {@link provide} runs: call it first.
 *
 * @throws FleetError when the answer is no
 */
export async function confirmProvision(report: Report): Promise<void> {
  const { source } = await chooseSource();
  if ((await source.missing()).length > 0) await confirmOnce(source, report);
}

/** The environment that {@link provide} gives, without getting anything. @throws FleetError that names what is missing */
export async function provided(): Promise<ToolEnvironment> {
  const source = (await knownSource())?.source ?? (await defaultSource());
  const missing = await source.missing();
  if (missing.length === 0) return source.environment();
  throw new FleetError(
    (await engineProblem()) ?? {
      place: 'this machine',
      problem: `these are missing: ${missing.join(', ')}`,
      next: 'Run `npm run up`, or `npm run fleet -- provide`, to get them',
    },
  );
}

/** `fleet provide`: the first step of `fleet up`, alone. */
export function register(program: Command): void {
  program
    .command('provide')
    .description('download or build every tool and image that is missing, and nothing else')
    .action(async () => {
      await provide(loadFleet(), (line) => console.log(line));
      const { source } = await chooseSource();
      console.log(`Every tool and image is available: ${source.description}.`);
    });
}
