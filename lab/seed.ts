import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { tempPath, moveInPlace, writeWhole } from '../machine/files';
import { commandInputs, commandPath, commands, labCache, type Command } from './commands';
import { missingCommands } from './build';
import { isCurrent, stamp, stampIn, stampOf } from './inputs';

/** The archive that may fill the cache, so that nothing has to be built. */
export function seedFile(): string | undefined {
  return process.env.FLUX_FLEET_LAB_SEED || undefined;
}

/**
 * Takes from the seed each command that is missing. An archive that {@link packSeed} made says what each was built
 * from, and what was built from something else than the lab now says is left; one that says nothing is believed.
 * An archive that can't be read is no failure: everything can be built.
 */
export async function takeSeed(archive: string, report: (line: string) => void): Promise<void> {
  if (!existsSync(archive)) return report(`there is no ${archive} (FLUX_FLEET_LAB_SEED)`);
  const part = tempPath(join(labCache, 'seed'));
  mkdirSync(part);
  try {
    const { failed, stderr } = await execa('tar', ['-C', part, '--zstd', '-xf', archive], { reject: false });
    if (failed) return report(`${archive} can't be unpacked (is zstd there?): ${stderr.trim().split('\n')[0]}`);
    const stamped = existsSync(join(part, '.stamps'));
    const taken = missingCommands().filter((command) => takeCommand(join(part, command.name), command, stamped));
    report(`took ${taken.length} commands from ${archive}`);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

function takeCommand(unpacked: string, command: Command, stamped: boolean): boolean {
  const inputs = commandInputs(command);
  if (!existsSync(unpacked) || (stamped && stampIn(unpacked) !== inputs)) return false;
  moveInPlace(unpacked, commandPath(command));
  stamp(commandPath(command), inputs);
  return true;
}

/** Writes the built commands, and what each was built from, to an archive for {@link takeSeed}. Gives their names. */
export async function packSeed(archive: string): Promise<string[]> {
  const packed = commands.filter((command) => isCurrent(commandPath(command), commandInputs(command)));
  const stamps = tempPath(join(labCache, 'stamps'));
  try {
    for (const command of packed) writeWhole(stampOf(join(stamps, command.name)), `${commandInputs(command)}\n`);
    const files = packed.flatMap((command) => ['-C', command.directory, command.name]);
    await execa('tar', ['--zstd', '-cf', archive, '-C', stamps, ...readdirSync(stamps), ...files]);
    return packed.map(({ name }) => name);
  } finally {
    rmSync(stamps, { recursive: true, force: true });
  }
}
