import { execa } from 'execa';

import { FleetError } from '../../model';

/** The label by which kind knows the nodes of a cluster. */
export const kindLabel = 'io.x-k8s.kind.cluster';

/** What Docker tells of the things of these names, less those that there are not. @throws FleetError when it cannot tell */
export async function inspect<T>(kind: 'container' | 'network' | 'volume', names: readonly string[]): Promise<T[]> {
  if (names.length === 0) return [];
  const { exitCode, stdout, stderr } = await execa('docker', [kind, 'inspect', ...names], { reject: false });
  const unknown = lines(stderr).filter((line) => !/no such|not found|^warning/i.test(line));
  if (exitCode !== 0 && (unknown.length > 0 || stderr.trim() === '')) throw cannotTell(unknown[0] ?? 'no answer');
  return JSON.parse(stdout || '[]') as T[];
}

/** The ids of the containers that kind made as nodes of one of these clusters. */
export async function nodesOf(kindNames: readonly string[]): Promise<string[]> {
  const format = `{{.ID}}\t{{.Label "${kindLabel}"}}`;
  const args = ['ps', '--all', '--no-trunc', '--filter', `label=${kindLabel}`, '--format', format];
  const { exitCode, stdout, stderr } = await execa('docker', args, { reject: false });
  if (exitCode !== 0) throw cannotTell(stderr.trim() || 'no answer');
  const found = lines(stdout).map((line) => line.split('\t') as [string, string]);
  return found.filter(([, cluster]) => kindNames.includes(cluster)).map(([id]) => id);
}

/** The text of a file in a container that runs or stands still; undefined where there is no such file. */
export async function readInContainer(container: string, path: string): Promise<string | undefined> {
  const answer = await execa('docker', ['cp', `${container}:${path}`, '-'], { reject: false, encoding: 'buffer' });
  if (answer.exitCode === 0) return firstFile(Buffer.from(answer.stdout));
  const stderr = Buffer.from(answer.stderr ?? []).toString();
  if (/no such container|could not find the file/i.test(stderr)) return undefined;
  throw cannotTell(stderr.trim() || 'no answer');
}

/** Copies a file of this machine into a container, which need not run. */
export async function copyIntoContainer(container: string, from: string, to: string): Promise<void> {
  await docker('cp', from, `${container}:${to}`);
}

/** Runs docker and gives what it prints. @throws FleetError when it fails, with what it says */
export async function docker(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execa('docker', args, { reject: false });
  if (exitCode === 0) return stdout.trim();
  throw new FleetError({
    place: `docker ${args.slice(0, 2).join(' ')}`,
    problem: stderr.trim() || 'docker cannot be run',
    next: 'Fix what it names and run the same command again: it continues from where it stopped',
  });
}

/** The first file of a tar archive: a header of 512 bytes, with the size in octal digits, and then its bytes. */
function firstFile(archive: Buffer): string {
  const size = Number.parseInt(archive.toString('latin1', 124, 136), 8);
  return archive.toString('utf8', 512, 512 + size).trim();
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

// Not to know whose a thing is must never look as if it were nobody's.
function cannotTell(answer: string): FleetError {
  return new FleetError({
    place: 'docker',
    problem: `it does not say what stands on this machine: ${answer}`,
    next: 'See that `docker ps` works, and run the same command again',
  });
}
