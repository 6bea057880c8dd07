import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { besides, moveInPlace } from '../machine/files';
import { FleetError } from '../model';
import { commandInputs, commandPath, commands, moduleDirectory, type Command } from './commands';
import { isCurrent, stamp } from './inputs';
import { goCommand, goEnvironment } from './toolchain';

/** The commands that are not there, or were built from something else than the lab now says. */
export function missingCommands(): Command[] {
  return commands.filter((command) => !isCurrent(commandPath(command), commandInputs(command)));
}

/**
 * Builds what is missing, one command after the other: Go itself uses every core. What an earlier run built stays.
 *
 * @throws FleetError with the end of Go's own output.
 */
export async function buildCommands(report: (line: string) => void): Promise<void> {
  const missing = missingCommands();
  for (const [index, command] of missing.entries()) {
    report(`building ${command.name} (${index + 1} of ${missing.length})`);
    const started = performance.now();
    await buildCommand(command);
    report(`built ${command.name} in ${Math.round((performance.now() - started) / 1000)} s`);
  }
}

async function buildCommand(command: Command): Promise<void> {
  const path = commandPath(command);
  const work = besides(path);
  const part = join(work, command.name);
  const inputs = commandInputs(command);
  const variables = Object.entries(command.variables).map(([name, value]) => `-X ${name}=${value}`);
  try {
    mkdirSync(work);
    await execa(
      goCommand(),
      [
        ...['build', '-o', part, '-trimpath', '-buildvcs=false', '-mod=readonly'],
        ...['-tags', 'no_btrfs no_zfs no_aufs no_devmapper', '-ldflags', ['-s', '-w', ...variables].join(' ')],
        command.package,
      ],
      { cwd: moduleDirectory(command.module), env: { ...goEnvironment(), GOTMPDIR: work }, all: true },
    );
    moveInPlace(part, path);
    stamp(path, inputs);
  } catch (error) {
    throw new FleetError({
      place: `lab command ${command.name}`,
      problem: `Go could not build it:\n${lastLines(error)}`,
      next: 'Run `npm run up` again: what is built already is kept, and downloads go on where they stopped',
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The end of what a failed command printed. */
export function lastLines(error: unknown, lines = 12): string {
  const { all, stderr, message } = error as { all?: string; stderr?: string; message: string };
  return (all || stderr || message).trim().split('\n').slice(-lines).join('\n');
}
