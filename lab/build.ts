import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { tempPath, moveInPlace } from '../machine/files';
import { FleetError } from '../model';
import { commandInputs, commandPath, commands, moduleDirectory, type Command } from './commands';
import { fluxManifests } from './components';
import { isCurrent, stamp } from './inputs';
import { goCommand, goEnvironment, moduleFiles } from './toolchain';

/** The commands that do not exist, or were built from other inputs than the lab's present ones. */
export function missingCommands(): Command[] {
  return commands.filter((command) => !isCurrent(commandPath(command), commandInputs(command)));
}

/** Commands that are being built. */
export interface Building {
  /** Resolves when the command of that name is built. */
  readonly ready: (name: string) => Promise<void>;
  /** Resolves when all are built. */
  readonly all: Promise<void>;
}

/**
 * Builds the missing commands one after the other, because Go itself uses every core. Fails with a FleetError that has the
 * end of Go's output.
 */
export function buildCommands(report: (line: string) => void): Building {
  const missing = missingCommands();
  const built = new Map<string, Promise<void>>();
  let last = Promise.resolve();
  for (const [index, command] of missing.entries()) {
    last = last.then(async () => {
      report(`building ${command.name} (${index + 1} of ${missing.length})`);
      const started = performance.now();
      await buildCommand(command);
      report(`built ${command.name} in ${Math.round((performance.now() - started) / 1000)} s`);
    });
    built.set(command.name, last);
  }
  return { ready: (name) => built.get(name) ?? Promise.resolve(), all: last };
}

async function buildCommand(command: Command): Promise<void> {
  const path = commandPath(command);
  const work = tempPath(path);
  const part = join(work, command.name);
  const inputs = commandInputs(command);
  const variables = Object.entries(command.variables).map(([name, value]) => `-X ${name}=${value}`);
  try {
    mkdirSync(work);
    const { cwd, main } = command.embedsFlux
      ? await copyWithManifests(command, work)
      : { cwd: moduleDirectory(command.module), main: command.package };
    await execa(
      goCommand(),
      [
        ...['build', '-o', part, '-trimpath', '-buildvcs=false', '-mod=readonly'],
        ...['-tags', 'no_btrfs no_zfs no_aufs no_devmapper', '-ldflags', ['-s', '-w', ...variables].join(' ')],
        main,
      ],
      { cwd, env: { ...goEnvironment(), GOTMPDIR: work }, all: true },
    );
    moveInPlace(part, path);
    stamp(path, inputs);
  } catch (error) {
    throw new FleetError({
      place: `lab command ${command.name}`,
      problem: `the build failed:\n${lastLines(error)}`,
      next: 'Fix what it says and run `npm run up` again: what is built or downloaded already is kept',
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A copy of Flux's module, with the manifests that its command embeds: its release has them, and its module does not. */
async function copyWithManifests(command: Command, work: string): Promise<{ cwd: string; main: string }> {
  const [name, folder] = command.package.split(/(?<=\/v\d+)\//) as [string, string];
  const { Dir } = await moduleFiles(name, moduleDirectory(command.module));
  const cwd = join(work, 'module');
  // Without the modes of Go's module cache, which is read-only.
  await execa('cp', ['-R', '--no-preserve=mode', Dir, cwd]);
  const manifests = tempPath(work);
  mkdirSync(manifests);
  await execa('cp', ['-R', '--no-preserve=mode', await fluxManifests(manifests), join(cwd, folder, 'manifests')]);
  rmSync(manifests, { recursive: true });
  return { cwd, main: `./${folder}` };
}

/** The end of what a failed command printed. */
export function lastLines(error: unknown, lines = 12): string {
  const { all, stderr, message } = error as { all?: string; stderr?: string; message: string };
  return (all || stderr || message).trim().split('\n').slice(-lines).join('\n');
}
