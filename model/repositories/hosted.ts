import { withDefaults } from '../defaults';
import type { Problem } from '../fleet-error';
import { branch as defaultBranch } from '../names';
import { folder as folderRule } from '../validation/common-rules';
import * as v from '../validation/schema';
import { asRecord, at } from '../validation/values';
import { addressProblem, gitAddress } from './git-address';
import { publishedHostKeys } from './host-keys';
import type { RepositoryModel } from './repository';

export interface HostedProps {
  /** Its address by SSH or HTTPS: `https://github.com/org/fleet.git`, `git@github.com:org/fleet.git`. */
  readonly url: string;
  /** The branch that Flux reads. @default 'main' */
  readonly branch?: string;
  /**
   * The folder in the repository that has the fleet's files: `deploy/fleet`. What is outside of it is never changed.
   * @default - the top of the repository
   */
  readonly folder?: string;
  /** Who a token by HTTPS belongs to, for servers to which that matters. @default 'git' */
  readonly username?: string;
  /** The file with the certificate, as PEM, of who signs the server's, as a path from the folder of `fleet.ts`. @default - none */
  readonly ca?: string;
  /**
   * The server's SSH host keys: lines as in `known_hosts`, or the path of a file with them from the folder of `fleet.ts`.
   * @default - those that github.com, gitlab.com, bitbucket.org, Azure DevOps and codeberg.org publish
   */
  readonly knownHosts?: string;
  /**
   * The public keys, as `ssh-ed25519 AAAA… ada`, of other people whose commits the clusters apply. This clone signs its
   * commits, and its key is trusted. A commit that nobody of them has signed is refused by Flux. `[]` trusts this clone alone.
   * @default - signatures are neither made nor asked for
   */
  readonly verify?: readonly string[];
  /** Whether each change is pushed to a branch of its own, from which you open a pull request. @default false */
  readonly pullRequest?: boolean;
}

/** A repository that somebody else hosts: GitHub, GitLab, Gitea, Forgejo, Bitbucket, Azure DevOps, or any server by SSH or HTTPS. */
export interface Hosted extends HostedProps {
  readonly type: 'hosted';
  readonly branch: string;
}

/** A repository that exists already, on a server of somebody else's. It is neither made nor removed. */
export function hosted(props: HostedProps): Hosted {
  return { ...withDefaults({ branch: defaultBranch }, props), type: 'hosted' };
}

const text = (what: string, next: string) => v.pattern(/^[^\0]*\S[^\0]*$/, what, next);
const file = text('path', 'Write it in quotes, from the folder of `fleet.ts`');

// https://git-scm.com/docs/git-check-ref-format
const branchRule = v.pattern(
  /^(?![-/.])(?!.*(\.\.|\/\/|\/\.|@\{|\.lock$|[/.]$))[^\s~^:?*[\\\0-\x1f]+$/,
  'branch',
  'Write its name, as in `main`',
);

const publicKey = v.pattern(
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+|sk-[\w@.-]+) [A-Za-z0-9+/]+=*( [^\n]*)?$/,
  'public key',
  'Write it as in a file that ends in `.pub`: `ssh-ed25519 AAAA… ada`',
);

const properties = v.schema<HostedProps>({
  url: (place, url) => {
    const problem = addressProblem(url);
    return problem ? [{ place, ...problem }] : [];
  },
  branch: v.optional(branchRule),
  folder: v.optional(folderRule('', 'deploy/fleet')),
  username: v.optional(v.pattern(/^[^\s:@]+$/, 'user name', 'Write it without spaces, colons and `@`')),
  ca: v.optional(file),
  knownHosts: v.optional(text('host keys', 'Write lines as in `known_hosts`, or the path of a file with them')),
  verify: v.optional(v.list(publicKey)),
  pullRequest: v.optional(v.boolean),
});

function* schema(place: string, value: unknown): Iterable<Problem> {
  yield* properties(place, value);
  const { url, ca, username, knownHosts } = asRecord(value);
  const address = typeof url === 'string' && !addressProblem(url) ? gitAddress(url) : undefined;
  if (!address) return;
  const isSsh = address.scheme === 'ssh';
  for (const [key, isUseless] of Object.entries({
    ca: ca !== undefined && isSsh,
    username: username !== undefined && isSsh,
    knownHosts: knownHosts !== undefined && !isSsh,
  }))
    if (isUseless)
      yield { place: at(place, key), problem: `it has no meaning for ${address.scheme}`, next: 'Remove it' };
  if (isSsh && knownHosts === undefined && !publishedHostKeys[address.host])
    yield {
      place: at(place, 'knownHosts'),
      problem: `the host key of ${address.host} is not known, so anybody could answer in its place`,
      next: 'Add it as the server publishes it, or as its administrator tells you: lines as in `known_hosts`, or a file with them',
    };
}

export const hostedModel: RepositoryModel<Hosted> = {
  schema,
  hostPorts: () => [],
  layout: ({ branch, folder = '', pullRequest }) => ({ branch, folder, pullRequest }),
};
