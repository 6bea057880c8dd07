import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Context } from '../rpc/provider';

export const loggings = ['stdoutAndStderr', 'stdout', 'stderr', 'none'];

export interface CommandInputs {
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
  readonly stdin?: string;
  readonly dir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly interpreter?: readonly string[];
  readonly logging?: string;
  readonly addPreviousOutputInEnv?: boolean;
}

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

interface Call {
  readonly command: string;
  readonly inputs: CommandInputs;
  /** What the run before this one printed. */
  readonly before: Printed;
}

/** Of a command that failed, the last so many characters of its errors are shown. */
const SHOWN = 4000;

/**
 * Runs a command to its end and gives what it printed, without the last newline.
 *
 * @throws when it cannot be started, ends with a code other than 0, or the user interrupts it
 */
export async function runCommand({ command, inputs, before }: Call, context: Context): Promise<Printed> {
  context.cancelled.throwIfAborted();
  const [program, ...args] = inputs.interpreter?.length ? inputs.interpreter : ['/bin/sh', '-c'];
  // A process group of its own, so that an interrupt reaches the command's children too.
  const options = { cwd: inputs.dir ?? process.cwd(), env: environment(inputs, before), detached: true };
  const child = spawn(program!, [...args, command], { ...options, stdio: 'pipe' });
  const stop = () => endGroup(child);
  context.cancelled.addEventListener('abort', stop);
  try {
    // The command need not read what it is given.
    child.stdin.on('error', () => undefined);
    child.stdin.end(inputs.stdin ?? '');
    const logging = inputs.logging ?? 'stdoutAndStderr';
    if (/stdout/i.test(logging)) stream(child.stdout, context);
    if (/stderr/i.test(logging)) stream(child.stderr, context);
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const end = await ended(child);
    if (context.cancelled.aborted) throw new Error('the command was interrupted');
    if (end !== 'exit status 0') throw new Error(failure(end, stderr(), stdout()));
    return { stdout: stdout().replace(/\n$/, ''), stderr: stderr().replace(/\n$/, '') };
  } finally {
    context.cancelled.removeEventListener('abort', stop);
  }
}

function environment(inputs: CommandInputs, before: Printed): NodeJS.ProcessEnv {
  const env = { ...process.env, ...inputs.environment };
  if (inputs.addPreviousOutputInEnv === false) return env;
  if (before.stdout !== '') env.PULUMI_COMMAND_STDOUT = before.stdout;
  if (before.stderr !== '') env.PULUMI_COMMAND_STDERR = before.stderr;
  return env;
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`the command could not be started: ${error.message}`)));
    child.once('close', (code, signal) => resolve(signal ? `signal: ${signal}` : `exit status ${code}`));
  });
}

function failure(end: string, stderr: string, stdout: string): string {
  const output = (stderr.trim() === '' ? stdout : stderr).trimEnd();
  return `the command failed: ${end}\n${output.length > SHOWN ? `…${output.slice(-SHOWN)}` : output}`;
}

function collect(from: Readable): () => string {
  const chunks: Buffer[] = [];
  from.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function stream(from: Readable, context: Context): void {
  createInterface({ input: from }).on('line', (line) => context.log('info', line));
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}
