import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Command } from 'commander';
import type { Files } from '../constructs/files/folder';
import { render, synthesise } from '../constructs/synth';
import { fleetDirectory, repositoryRoot } from '../machine/paths';
import { type Fleet, FleetError } from '../model';
import { refusePlaintext } from '../operate/plaintext';
import { lockRuns } from '../operate/run-lock';
import { checkBuildIfPossible } from './build-check';
import { loadFleet } from './fleet-file';

/** The folder that is generated from `fleet.ts`, and published. */
export const manifestsDirectory = join(repositoryRoot, 'manifests');

/** `fleet synth`: the same bytes as `cdk8s synth`. A mistake in `fleet.ts` leaves manifests/ as it was. */
export function register(program: Command): void {
  program
    .command('synth')
    .description(
      'render manifests/ from fleet.ts, as cdk8s synth does, and build it; git diff manifests/ shows the change',
    )
    .option('--check', 'write nothing; fail when manifests/ is not what fleet.ts says, or cannot be built')
    .action(async ({ check }: { check?: boolean }) => {
      const fleet = loadFleet();
      if (check) {
        checkRendered(render(fleet, repositoryRoot), manifestsDirectory);
        return checkManifests(fleet);
      }
      const write = () => Promise.resolve(synthesise(fleet, manifestsDirectory, repositoryRoot));
      const files = await lockRuns(fleetDirectory, 'npm run synth', write);
      console.log(`manifests/ is what fleet.ts says: ${files} files`);
      await checkManifests(fleet);
    });
}

/** Checks what the clusters will build of manifests/, or says that this machine cannot. */
async function checkManifests(fleet: Fleet): Promise<void> {
  refusePlaintext(manifestsDirectory, 'manifests');
  for (const notice of await checkBuildIfPossible(fleet, manifestsDirectory)) console.log(notice);
}

/**
 * Compares a folder with what would be written into it.
 *
 * @throws FleetError that names the first file that differs, and how many there are.
 */
export function checkRendered(expected: Files, folder: string): void {
  const present = filesUnder(folder);
  const differing = [...new Set([...expected.keys(), ...present.keys()])]
    .filter((path) => !isEqual(expected.get(path), present.get(path)))
    .sort();
  if (differing.length === 0) return;
  const others = differing.length > 1 ? `, and ${differing.length - 1} more` : '';
  throw new FleetError({
    place: 'manifests/',
    problem: `it is not what fleet.ts says: ${differing[0]}${others}`,
    next: 'Run `npm run synth` and commit manifests/',
  });
}

function isEqual(expected: string | Buffer | undefined, present: Buffer | undefined): boolean {
  return expected !== undefined && present?.equals(Buffer.from(expected)) === true;
}

function filesUnder(folder: string): ReadonlyMap<string, Buffer> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const paths = files.map((file) => join(file.parentPath, file.name));
  return new Map(paths.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path)]));
}
