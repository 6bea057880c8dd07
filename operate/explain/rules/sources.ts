import type { Rule } from '../rule';
import { inFleet, optional, up } from './phrases';

const git = ['GitRepository'];
const url = 'ssh://git.example.com/infra';
const checkout = 'failed to checkout and determine revision:';
const clone = `${checkout} unable to clone '${url}':`;
const running = 'what runs stays at the last commit that was fetched';

/** Why Flux does not get the repository. */
export const sourceRules: readonly Rule[] = [
  {
    id: 'git-host-key-unknown',
    title: "The git server's host key is not pinned",
    kinds: git,
    pattern: /^(?:.*?(?:clone|remote for) '(?<url>[^']+)')?.*knownhosts: key is unknown/s,
    examples: [`${clone} ssh: handshake failed: knownhosts: key is unknown`],
    problem: ({ url }) =>
      `Flux has no pinned host key for ${url || 'the git server'}, and does not talk to a server that it does not know; ${running}`,
    next: () => `Run ${up}, which pins the git server's own host key in the cluster`,
    outcome: 'final',
  },
  {
    id: 'git-host-key-changed',
    title: 'The git server has another host key than the pinned one',
    kinds: git,
    pattern: /^(?:.*?(?:clone|remote for) '(?<url>[^']+)')?.*knownhosts: key mismatch/s,
    examples: [`${clone} ssh: handshake failed: knownhosts: key mismatch`],
    problem: ({ url }) =>
      `the server at ${url || 'the address of the repository'} has another host key than the pinned one: it was made anew, or it is not the git server; ${running}`,
    next: () => `Compare the fingerprints; if the server is the right one, run ${up}, which pins its key again`,
    outcome: 'final',
  },
  {
    id: 'git-key-refused',
    title: "The git server refuses the cluster's key",
    kinds: git,
    pattern: /^(?:.*?(?:clone|remote for) '(?<url>[^']+)')?.*unable to authenticate/s,
    examples: [
      `${clone} ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain`,
    ],
    problem: ({ url }, { cluster }) =>
      `${url || 'the git server'} refuses the key by which cluster ${cluster} reads the repository; ${running}`,
    next: () =>
      `Run ${up}, which gives the git server the clusters' keys again; for a hosted repository, \`npm run fleet -- repository\``,
    outcome: 'final',
  },
  {
    id: 'git-authentication',
    title: 'The git server refuses the credentials',
    kinds: git,
    pattern: /authentication required|authorization failed|invalid credentials|401|403/,
    examples: [`${checkout} unable to clone 'https://git.acme.test/shop': authentication required: Unauthorized`],
    problem: () => `the git server refuses the credentials that the source has, or it has none; ${running}`,
    next: (_, at) => `Fix the credentials of the source of ${inFleet(at)}, and run ${up}`,
    outcome: 'final',
  },
  {
    id: 'git-repository-missing',
    title: 'The git server has no such repository',
    kinds: git,
    pattern: /repository not found(?:: git repository: '(?<url>[^']+)')?/i,
    examples: [
      `${checkout} unable to clone: repository not found: git repository: 'ssh://git@gitserver/git-server/repos/nothing'`,
    ],
    problem: ({ url }) => `the git server has no repository${optional(' ', url)}; ${running}`,
    next: () => `Run ${up}, which creates the fleet's repository, or fix the address of the source in \`fleet.ts\``,
    outcome: 'final',
  },
  {
    id: 'git-branch-missing',
    title: 'The branch, tag or commit does not exist',
    kinds: git,
    pattern:
      /couldn't find remote ref "refs\/(?:heads|tags)\/(?<ref>[^"]+)"|git repository is empty|unable to find reference for tag '?(?<tag>[^':]*)|no match found for semver: (?<semver>.*)|unable to resolve (?:ref|commit object for) '(?<commit>[^']*)'/,
    examples: [
      `${clone} couldn't find remote ref "refs/heads/main"`,
      `${checkout} git repository is empty`,
      `${clone} couldn't find remote ref "refs/tags/v9"`,
      `${checkout} no match found for semver: >=1.0`,
      `${checkout} unable to resolve commit object for '1234567890123456789012345678901234567890': object not found`,
    ],
    problem: ({ ref, tag, semver, commit }) => {
      const name = ref || tag || semver || commit;
      return name
        ? `the repository has no \`${name}\`; ${running}`
        : `the repository has no commit yet, so there is nothing to apply`;
    },
    next: () =>
      `Run ${up}, which pushes the branch that Flux reads, or fix the reference of the source in \`fleet.ts\``,
    outcome: 'final',
  },
  {
    id: 'git-unreachable',
    title: 'The git server does not answer',
    kinds: git,
    pattern:
      /^(?:.*?(?:clone|remote for) '(?<url>[^']+)')?.*?(?<fault>lookup \S+.*|connection refused|connection timed out|connection reset by peer|i\/o timeout|network is unreachable|no route to host|context deadline exceeded|handshake failed: EOF|\bEOF)/s,
    examples: [
      `${clone} dial tcp 172.18.0.5:22: connect: connection refused`,
      `${clone} dial tcp: lookup gitserver on 10.96.0.10:53: no such host`,
      `${clone} read tcp 10.244.0.7:51234->172.18.0.5:22: read: connection timed out`,
      `${clone} ssh: handshake failed: EOF`,
      `${clone} context deadline exceeded`,
    ],
    problem: ({ url, fault }) =>
      `the git server does not answer${optional(' at ', url)} (${fault}), so no new commit arrives; ${running}`,
    next: () => `Run ${up}, which starts the git server, or fix the network between the cluster and the server`,
    outcome: 'may heal',
  },
  {
    id: 'git-sparse-checkout',
    title: 'A folder of the sparse checkout is not in the repository',
    kinds: git,
    pattern: /sparse checkout dir '(?<folder>[^']+)' does not exist/,
    examples: [
      "failed to sparse checkout directories : sparse checkout dir 'apps' does not exist in repository: lstat /tmp/gitrepository-flux-system-shop-700817179/apps: no such file or directory",
    ],
    problem: ({ folder }) => `the commit has no folder \`${folder}\`, which the source is to fetch; ${running}`,
    next: () => 'Add the folder to the repository, or remove it from `spec.sparseCheckout` of the GitRepository',
    outcome: 'final',
  },
  {
    id: 'git-include',
    title: 'An included source is missing',
    kinds: git,
    pattern: /(?:could not get resource|no artifact available) for include '(?<name>[^']+)'/,
    examples: [
      `could not get resource for include 'shared': GitRepository.source.toolkit.fluxcd.io "shared" not found`,
      "no artifact available for include 'shared'",
    ],
    problem: ({ name }) => `the source includes GitRepository \`${name}\`, which is missing or was never fetched`,
    next: ({ name }) => `Add GitRepository \`${name}\`, or remove it from \`spec.include\``,
    outcome: 'may heal',
  },
  {
    id: 'git-signature',
    title: "The commit's signature is not accepted",
    kinds: git,
    pattern:
      /signature verification of (?<what>commit|tag) '(?<revision>[^']*)' failed|(?<unsigned>\S+) is not signed|public keys secret error|unable to verify .* signature/,
    examples: [
      "signature verification of commit '1f2e3d' failed: unable to verify Git commit with any of the given key rings",
      "signature verification of tag 'v1.0' failed: tag v1.0 is not signed",
    ],
    problem: ({ what, revision }) =>
      `${what ? `${what} ${revision}` : 'the revision'} is not signed by a key that the source accepts; ${running}`,
    next: () =>
      'Use a commit that is signed by an accepted key, or add its public key: for the fleet to `verify` in `hosted({ … })`, else to the Secret of `spec.verify`',
    outcome: 'final',
  },
];
