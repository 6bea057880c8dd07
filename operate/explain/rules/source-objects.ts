import type { Rule } from '../rule';
import { inFleet, kubectl, optional, up } from './phrases';

const git = ['GitRepository'];
const running = 'what runs stays at the last commit that was fetched';

/** Why Flux does not get what is not a Git repository, or cannot keep it. */
export const sourceObjectRules: readonly Rule[] = [
  {
    id: 'source-secret-missing',
    title: "The source's Secret is missing",
    kinds: ['GitRepository', 'HelmRepository', 'OCIRepository', 'Bucket'],
    pattern: /secrets? "(?<secret>[^"]+)" not found/,
    examples: [
      `failed to get secret 'flux-system/flux-system': failed to get secret 'flux-system/flux-system': secrets "flux-system" not found`,
    ],
    problem: ({ secret }, { namespace }) =>
      `Secret \`${secret}\` in ${namespace}, by which Flux reads the source, does not exist; ${running}`,
    next: () => `Run ${up}, which gives the cluster its keys again`,
    outcome: 'final',
  },
  {
    id: 'source-secret-incomplete',
    title: "The source's Secret lacks a key",
    kinds: git,
    pattern: /invalid 'ssh' auth option: '(?<key>[^']+)' is required|no 'password' field was provided in the secret/,
    examples: [
      "failed to configure authentication options: invalid 'ssh' auth option: 'known_hosts' is required",
      "SSH identity key is encrypted but no 'password' field was provided in the secret 'flux-system/flux-system'",
    ],
    problem: ({ key }) => `the Secret by which Flux reads the source has no key \`${key || 'password'}\`; ${running}`,
    next: () => `Run ${up}, which writes the Secret again`,
    outcome: 'final',
  },
  {
    id: 'source-url-invalid',
    title: "The source's address is invalid",
    kinds: ['GitRepository', 'HelmRepository', 'OCIRepository', 'Bucket'],
    reasons: ['URLInvalid', 'InvalidURL'],
    pattern: /(?:url '(?<url>[^']*)')?[^]*?(?<fault>[^:"]*: ?[^:]*)?$/,
    examples: [
      {
        reason: 'URLInvalid',
        message: `failed to parse url 'ssh://git@gitserver:x/y': parse "ssh://git@gitserver:x/y": invalid port ":x" after host`,
      },
    ],
    problem: ({ url }) => `the address of the source is invalid${optional(': ', url)}`,
    next: (_, at) => `Fix the address of the source of ${inFleet(at)}, and run ${up}`,
    outcome: 'final',
  },
  {
    id: 'chart-repository-unreachable',
    title: 'The chart repository does not answer',
    kinds: ['HelmRepository', 'HelmChart'],
    pattern:
      /(?:fetch Helm repository index|failed to (?:get|download|pull))(?:.*?Get "(?<url>[^"]+)")?.*?(?<fault>lookup \S+.*|connection refused|connection reset by peer|i\/o timeout|x509: .*|context deadline exceeded|\b[45]\d\d \w+[\w ]*)/s,
    examples: [
      'failed to fetch Helm repository index: failed to cache index to temporary file: Get "https://charts.acme.test/index.yaml": dial tcp: lookup charts.acme.test on 10.96.0.10:53: no such host',
      'failed to fetch Helm repository index: failed to cache index to temporary file: Get "http://charts.acme.test/index.yaml": dial tcp 172.18.0.4:80: connect: connection refused',
      'failed to fetch Helm repository index: failed to cache index to temporary file: failed to fetch https://charts.acme.test/index.yaml : 404 Not Found',
    ],
    problem: ({ url, fault }) =>
      `the chart repository does not give its index${optional(' at ', url)} (${fault}); releases of its charts stay as they are`,
    next: (_, at) => `Fix the chart's \`repository\` of ${inFleet(at)}, or let the cluster reach it; then run ${up}`,
    outcome: 'may heal',
  },
  {
    id: 'oci-pull',
    title: 'The OCI artifact cannot be pulled',
    kinds: ['OCIRepository'],
    pattern: /(?<fault>[^]*)/,
    examples: [
      {
        reason: 'OCIArtifactPullFailed',
        message:
          'failed to determine artifact digest: Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io on 10.96.0.10:53: no such host',
      },
      {
        reason: 'OCIArtifactPullFailed',
        message:
          "failed to determine the artifact tag for 'oci://ghcr.io/acme/shop': no match found for semver: >=2.0.0",
      },
    ],
    problem: ({ fault }) => `Flux cannot pull the OCI artifact: ${fault}; what runs stays as it is`,
    next: (_, at) => `Fix the chart's \`url\` or \`version\` of ${inFleet(at)}, or let the cluster reach the registry`,
    outcome: 'may heal',
  },
  {
    id: 'bucket',
    title: 'The bucket cannot be read',
    kinds: ['Bucket'],
    pattern: /bucket '(?<name>[^']+)' (?:not found|failed: (?<fault>.*))/,
    examples: ["bucket 'shop' not found", "fetch from bucket 'shop' failed: Access Denied."],
    problem: ({ name, fault }) =>
      `bucket \`${name}\` cannot be read: ${fault?.replace(/\.$/, '') || 'it does not exist'}`,
    next: () => 'Fix the name or the credentials of the Bucket',
    outcome: 'may heal',
  },
  {
    id: 'source-storage',
    title: "Flux's storage is full or broken",
    kinds: ['GitRepository', 'HelmRepository', 'HelmChart', 'OCIRepository', 'Bucket', 'Kustomization'],
    pattern: /no space left on device|unable to archive artifact to storage|tmp dir error|read-only file system/,
    examples: [
      'unable to archive artifact to storage: write /data/gitrepository/flux-system/flux-system/1f2e.tar.gz: no space left on device',
      'tmp dir error: mkdir /tmp/kustomization-1: no space left on device',
    ],
    problem: () => "Flux's controllers cannot write to their disk: the node's disk is full, or the volume is broken",
    next: (_, at) => `Run ${kubectl(at, 'get pods -o wide')} to find the node, and free space on it`,
    outcome: 'may heal',
  },
];
