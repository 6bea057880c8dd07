import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCloneId } from '../../machine/clone';
import { FleetError, localPaths } from '../../model';

/** What a clone needs to work on a fleet that another one has brought up. */
export interface Invitation {
  readonly version: 1;
  readonly fleet: string;
  /** The folder of the local files of the clone that brought the fleet up. */
  readonly home: string;
  /** The id of the Docker engine that has the fleet's containers. */
  readonly engine?: string;
  /** The local files, by their paths. */
  readonly files: Readonly<Record<string, string>>;
}

/** The local files of an invitation, and what each is for. */
export const parts: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^clone-id$/, what: "the fleet's id, by which its clusters and containers know it" },
  { pattern: /^passphrase$/, what: "the passphrase of Pulumi's state" },
  { pattern: /^config\/Pulumi\.[\w.-]+\.yaml$/, what: "Pulumi's configuration" },
  { pattern: /^known_hosts(-hosted)?$/, what: "the host keys of the repository's server" },
  { pattern: /^keys\/(user|host)(\.pub)?$/, what: 'the keys of the git server and of those who push' },
  { pattern: /^keys\/deploy-[\w.-]+$/, what: 'the keys by which clusters read the repository' },
  { pattern: /^keys\/receiver-[\w.-]+$/, what: 'the tokens by which pushes are announced' },
  { pattern: /^keys\/(age|retired)-[\w.-]+\.agekey$/, what: 'the age keys of the secrets' },
  { pattern: /^keys\/(transit-[\w.-]+\.token|pgp-[\w.-]+\.asc)$/, what: 'other keys of the secrets' },
  { pattern: /^keys\/[\w.-]+$/, what: 'further keys' },
  { pattern: /^existing\/[\w.-]+\.json$/, what: 'what is known of existing clusters' },
  { pattern: /^adopted\.json$/, what: 'what was taken over' },
  { pattern: /^kubeconfig\/[\w.-]+$/, what: 'the kubeconfigs of the clusters that the fleet made' },
];

/**
 * The invitation of a clone. Not in it is what gives one person's rights: the credentials of existing clusters.
 *
 * @param made the clusters that the fleet made, whose kubeconfigs are in it
 * @throws FleetError when the clone has no fleet yet
 */
export function invitation(
  directory: string,
  { made, ...of }: Pick<Invitation, 'fleet' | 'home' | 'engine'> & { readonly made: readonly string[] },
): Invitation {
  if (readCloneId(directory) === undefined || !existsSync(join(directory, localPaths.passphrase)))
    throw new FleetError({
      place: directory,
      problem: 'this clone has brought up no fleet, and has joined none, so that there is nothing to share',
      next: 'Run `npm run up` first',
    });
  const kubeconfigs = made.map((cluster) => localPaths.kubeconfig(cluster));
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .filter((path) => isPart(path) && (!path.startsWith(localPaths.kubeconfig('')) || kubeconfigs.includes(path)))
    .sort();
  const texts = files.map((path) => [path, readFileSync(join(directory, path), 'utf8')]);
  return { version: 1, ...of, files: Object.fromEntries(texts) as Invitation['files'] };
}

/** Whether a path is one of those that an invitation may have: no other file of a clone is ever written. */
export function isPart(path: string): boolean {
  // It has the keys of the other files, and what else somebody keeps there.
  if (path === localPaths.joinedAgeKeys) return false;
  return !path.includes('..') && !path.includes('/.part-') && parts.some(({ pattern }) => pattern.test(path));
}

/** What is in these files, as a list of what and how many. */
export function describeFiles(files: readonly string[]): string[] {
  const of = (path: string) => parts.find(({ pattern }) => pattern.test(path))?.what;
  return parts.flatMap(({ what }) => {
    const count = files.filter((path) => of(path) === what).length;
    return count === 0 ? [] : [count === 1 ? what : `${what} (${count} files)`];
  });
}

/** The invitation in a decrypted text. @throws FleetError for a text that is none, or of a later version */
export function parseInvitation(text: string): Invitation {
  let parsed: Partial<Invitation> = {};
  try {
    parsed = JSON.parse(text) as Partial<Invitation>;
  } catch {
    // It is none. Its text is not shown.
  }
  const { version, fleet, home, files } = parsed;
  const isOne = version === 1 && typeof fleet === 'string' && typeof home === 'string' && typeof files === 'object';
  if (isOne && Object.keys(files).every(isPart)) return parsed as Invitation;
  throw new FleetError({
    place: 'standard input',
    problem: 'the text is encrypted, and is not an invitation, or is one of another version of this program',
    next: 'Use what `npm run fleet -- invite` prints, in the same version of this program',
  });
}
