import '../fakes/short-pauses';

import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';

import { Command, CommanderError } from 'commander';
import { vi } from 'vitest';

import { type Fleet, FleetError } from '../../model';
import { FakeMachine } from '../fakes/machine';

/** The machine on which this test file's commands run. */
export const machine = new FakeMachine();
/** A fleet whose git server may have a port of its own. */
type AnyFleet = Fleet & { readonly git: Fleet['git'] & { readonly port?: number } };

/** What `fleet.ts` says in the moment. */
export const fleetFile: { load: () => AnyFleet } = { load: () => raise(new Error('the test has no fleet')) };

vi.mock('../../machine/paths', async (original) => ({
  ...(await original<typeof import('../../machine/paths')>()),
  repositoryRoot: join(machine.folder, 'clone'),
  fleetDirectory: join(machine.folder, '.fleet'),
  localPath: (path: string) => join(machine.folder, '.fleet', path),
  cacheDirectory: join(machine.folder, 'cache'),
}));
vi.mock('../../cli/fleet-file', () => ({ loadFleet: () => fleetFile.load() }));

/** What came of a command, as a shell sees it. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** What is on standard input: text that is piped in, or typed at a terminal. */
type Input = string | Buffer | { readonly typed: string };

/**
 * Runs `fleet` with these arguments, as cli/main.ts does.
 *
 * @throws what would be shown with its stack trace: an error that is not a user's.
 */
export function fleet(args: readonly string[], input: Input = ''): Promise<Outcome> {
  return asCommand(async () => {
    const { register } = (await import(`../../cli/${args[0]}.ts`)) as { register: (program: Command) => void };
    const program = new Command('fleet').exitOverride();
    register(program);
    await program.parseAsync(['node', 'fleet', ...args]);
  }, input);
}

/** Runs what a command does, and takes what it prints. */
export async function asCommand(work: () => Promise<void>, input: Input = ''): Promise<Outcome> {
  const output = capture();
  const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(streamOf(input));
  try {
    await work();
    return { ...output.texts, exitCode: Number(process.exitCode ?? 0) };
  } catch (error) {
    if (error instanceof CommanderError) return { ...output.texts, exitCode: error.exitCode };
    if (!(error instanceof FleetError)) throw error;
    return {
      ...output.texts,
      stderr: `${output.texts.stderr}${error.message}\n`,
      exitCode: Number(process.exitCode ?? 0) || 1,
    };
  } finally {
    output.restore();
    stdin.mockRestore();
    process.exitCode = undefined;
  }
}

function capture() {
  const texts = { stdout: '', stderr: '' };
  const into = (name: keyof typeof texts) => (chunk: string | Uint8Array) => {
    texts[name] += String(chunk);
    return true;
  };
  const line = (name: keyof typeof texts) => (text: unknown) => void into(name)(`${String(text)}\n`);
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into('stdout')),
    vi.spyOn(process.stderr, 'write').mockImplementation(into('stderr')),
    vi.spyOn(console, 'log').mockImplementation(line('stdout')),
    vi.spyOn(console, 'error').mockImplementation(line('stderr')),
  ];
  return { texts, restore: () => spies.forEach((spy) => spy.mockRestore()) };
}

function streamOf(input: Input): typeof process.stdin {
  if (typeof input === 'string' || Buffer.isBuffer(input)) {
    return Readable.from(input.length > 0 ? [Buffer.from(input)] : []) as unknown as typeof process.stdin;
  }
  const terminal = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => terminal });
  terminal.write(input.typed);
  return terminal as unknown as typeof process.stdin;
}

function raise(error: Error): never {
  throw error;
}
