import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { tempPath, moveInPlace, writeWhole } from '../machine/files';
import { commandInputs, commandPath, commands, labCache, type Command } from './commands';
import { missingCommands } from './build';
import { isCurrent, stamp, stampIn, stampOf } from './inputs';

/** The archive of built commands; undefined when FLUX_FLEET_LAB_SEED is not set. */
export function seedFile(): string | undefined {
  return process.env.FLUX_FLEET_LAB_SEED || undefined;
}

/**
 * Takes the missing commands from the archive. If {@link packSeed} wrote it, it has the inputs of each command, and a command
 * with other inputs than the lab's present ones is not taken; without inputs every command is taken. An archive that cannot
 * be read is reported and is not an error, because everything can be built.
 */
export async function takeSeed(archive: string, report: (line: string) => void): Promise<void> {
  if (!existsSync(archive)) return report(`${archive} (FLUX_FLEET_LAB_SEED) does not exist: building instead`);
  const part = tempPath(join(labCache, 'seed'));
  mkdirSync(part);
  try {
    const { failed, stderr } = await execa('tar', ['-C', part, '--zstd', '-xf', archive], { reject: false });
    if (failed) return report(`cannot unpack ${archive}, which needs zstd: ${stderr.trim().split('\n')[0]}`);
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

/** Writes the built commands and their inputs to an archive for {@link takeSeed}. Gives their names. */
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
