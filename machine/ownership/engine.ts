import { execa } from 'execa';
import { FleetError, kindClusterLabel } from '../../model';

/** What Docker tells of the objects of these names that exist. @throws FleetError when it gives no answer */
export async function inspect<T>(kind: 'container' | 'network' | 'volume', names: readonly string[]): Promise<T[]> {
  if (names.length === 0) return [];
  const { exitCode, stdout, stderr } = await execa('docker', [kind, 'inspect', ...names], { reject: false });
  const unknown = lines(stderr).filter((line) => !/no such|not found|^warning/i.test(line));
  if (exitCode !== 0 && (unknown.length > 0 || stderr.trim() === '')) throw noAnswer(unknown[0] ?? '');
  return JSON.parse(stdout || '[]') as T[];
}

/** The ids of the containers that kind made as nodes of one of these clusters. */
export async function nodesOf(kindClusters: readonly string[]): Promise<string[]> {
  if (kindClusters.length === 0) return [];
  const format = `{{.ID}}\t{{.Label "${kindClusterLabel}"}}`;
  const args = ['ps', '--all', '--no-trunc', '--filter', `label=${kindClusterLabel}`, '--format', format];
  const { exitCode, stdout, stderr } = await execa('docker', args, { reject: false });
  if (exitCode !== 0) throw noAnswer(stderr);
  const found = lines(stdout).map((line) => line.split('\t') as [string, string]);
  return found.filter(([, cluster]) => kindClusters.includes(cluster)).map(([id]) => id);
}

/** The text of a file in a container, running or stopped; undefined where there is no such file. */
export async function readInContainer(container: string, path: string): Promise<string | undefined> {
  const answer = await execa('docker', ['cp', `${container}:${path}`, '-'], { reject: false, encoding: 'buffer' });
  if (answer.exitCode === 0) return firstFile(Buffer.from(answer.stdout));
  const stderr = Buffer.from(answer.stderr ?? []).toString();
  if (/no such container|could not find the file/i.test(stderr)) return undefined;
  throw noAnswer(stderr);
}

/** Runs docker and gives its output. @throws FleetError with its message when it fails */
export async function docker(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execa('docker', args, { reject: false });
  if (exitCode === 0) return stdout.trim();
  throw new FleetError({
    place: `docker ${args.slice(0, 2).join(' ')}`,
    problem: stderr.trim() || 'docker cannot be run',
    next: 'Fix the problem and run the same command again: it continues where it stopped',
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

// Without an answer, an object must not count as missing or as one that nobody owns.
function noAnswer(stderr: string): FleetError {
  return new FleetError({
    place: 'docker',
    problem: `it does not tell what is on this machine: ${stderr.trim() || 'no answer'}`,
    next: 'Make sure that `docker ps` works, and run the same command again',
  });
}
