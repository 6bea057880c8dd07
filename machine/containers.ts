import { execa } from 'execa';

type Kind = 'container' | 'network' | 'volume' | 'image';

/** Docker's inspection of an object by a Go template, undefined where there is none of that name. */
export async function inspect(kind: Kind, name: string, format: string): Promise<string | undefined> {
  const { exitCode, stdout } = await execa('docker', [kind, 'inspect', '--format', format, name], { reject: false });
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** Starts those containers of these names that have stopped, as after a restart of the machine. */
export async function startStopped(names: readonly string[]): Promise<void> {
  const states = await Promise.all(names.map((name) => inspect('container', name, '{{.State.Status}}')));
  const stopped = names.filter((_, index) => states[index] === 'exited');
  if (stopped.length > 0) await execa('docker', ['start', ...stopped]);
}
