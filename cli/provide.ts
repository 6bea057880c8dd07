import {
  labEnvironment,
  labFilesAreComplete,
  labWasChosen,
  missingFromLab,
  prepareLab,
  refuseWhatTheLabLacks,
} from '../lab';
import { downloadBase, downloadsAreReachable } from '../machine/download';
import {
  filesAreComplete,
  internetEnvironment,
  missingFiles,
  missingHostImages,
  prepareFromInternet,
} from '../machine/internet';
import { checkHost, checkMachine, engineProblem } from '../machine/checks';
import { FleetError, type Fleet } from '../model';
import { machineNeeds } from '../stacks/needs';
import type { Command } from 'commander';
import { loadFleet } from './fleet-file';

/** Where tools and images come from: releases and registries, or built on this machine. */
export type Source = 'internet' | 'lab';

/** What pulumi, kind and sops need to be found and to find their own. */
export interface Provision {
  /** Directories to put in front of PATH. */
  readonly path: readonly string[];
  /** Further environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly source: Source;
}

/**
 * Sees to it that every tool and image is there: what is missing is got. Asks no network when all is there.
 *
 * @throws FleetError
 */
export async function provide(fleet: Fleet, report: (line: string) => void): Promise<Provision> {
  const source = (await sourceWithoutProbe()) ?? (await probe(report));
  if (source === 'lab') refuseWhatTheLabLacks(fleet);
  if ((await missingFrom(source)).length > 0) {
    // The long way: better to hear now than in a quarter of an hour that the machine won't do.
    if (source === 'lab') {
      await checkHost(machineNeeds(fleet));
      await prepareLab(report);
    } else {
      await checkMachine(machineNeeds(fleet));
      await prepareFromInternet(report);
    }
  }
  return provisionFrom(source);
}

/** The same, but gets nothing. @throws FleetError that names what is missing. */
export const provided: (fleet: Fleet) => Promise<Provision> = async () => {
  const source = (await sourceWithoutProbe()) ?? 'internet';
  const missing = await missingFrom(source);
  if (missing.length === 0) return provisionFrom(source);
  throw new FleetError(
    (await engineProblem()) ?? {
      place: 'this machine',
      problem: `it lacks ${missing.join(', ')}`,
      next: 'Get everything with `npm run up`, or `npm run fleet -- provide`',
    },
  );
};

async function probe(report: (line: string) => void): Promise<Source> {
  if (await downloadsAreReachable()) return 'internet';
  report(`${downloadBase()} does not answer: everything is built here`);
  return 'lab';
}

async function missingFrom(source: Source): Promise<string[]> {
  if (source === 'lab') return missingFromLab();
  const [files, images] = await Promise.all([missingFiles(), missingHostImages()]);
  return [...files, ...images.map((image) => `image ${image}`)];
}

async function provisionFrom(source: Source): Promise<Provision> {
  return { ...(source === 'lab' ? labEnvironment() : await internetEnvironment()), source };
}

/** The source that is asked for or that this machine has been using; undefined when only a probe can tell. */
export async function sourceWithoutProbe(): Promise<Source | undefined> {
  const asked = process.env.FLUX_FLEET_SOURCE;
  if (asked === 'internet' || asked === 'lab') return asked;
  if (asked) {
    throw new FleetError({
      place: 'FLUX_FLEET_SOURCE',
      problem: `\`${asked}\` is no source of tools and images`,
      next: 'Set it to `internet` or `lab`, or not at all',
    });
  }
  if (await filesAreComplete()) return 'internet';
  return labWasChosen() && labFilesAreComplete() ? 'lab' : undefined;
}

/** `fleet provide`: what `fleet up` does first, alone. */
export function register(program: Command): void {
  program
    .command('provide')
    .description('get every tool and image that is missing, and make nothing of them')
    .action(async () => {
      const { source } = await provide(loadFleet(), (line) => console.log(line));
      console.log(source === 'lab' ? 'All is there, built on this machine.' : 'All is there.');
    });
}
