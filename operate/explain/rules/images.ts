import type { Rule } from '../rule';
import { inFleet, optional, up } from './phrases';

const kinds = ['Pod'];
const reasons = ['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable', 'SignatureValidationFailed'];
const image = 'ghcr.io/stefanprodan/podinfo:no-such-tag';
const unpack = `failed to pull and unpack image "${image}": failed to resolve reference "${image}"`;

/** Why an image is not there. */
export const imageRules: readonly Rule[] = [
  {
    id: 'image-platform',
    title: "The image is not built for the node's processor",
    kinds,
    reasons,
    pattern: /no match for platform/,
    examples: [
      {
        message: `failed to pull and unpack image "${image}": no match for platform in manifest: not found`,
        details: { image, container: 'app-a' },
      },
    ],
    problem: ({ image }) => `image \`${image}\` is not built for the processor of this cluster's nodes`,
    next: (_, at) =>
      `Set a tag of ${inFleet(at)} that is built for it, or build the image for more platforms; then run ${up}`,
    outcome: 'may heal',
  },
  {
    id: 'image-not-found',
    title: 'The image does not exist',
    kinds,
    reasons,
    pattern: /not found|manifest unknown|NAME_UNKNOWN|MANIFEST_UNKNOWN/,
    examples: [
      { message: `${unpack}: ${image}: not found`, details: { image, container: 'app-a' } },
      {
        message: `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = ${unpack}: ${image}: not found`,
        details: { image, container: 'app-a' },
        reason: 'ImagePullBackOff',
      },
      {
        message: `Failed to pull image "${image}": rpc error: code = Unknown desc = Error response from daemon: manifest for ${image} not found: manifest unknown: manifest unknown`,
        details: { image, container: 'app-a' },
      },
    ],
    problem: ({ image }) =>
      `image \`${image}\` does not exist: the registry answers, and does not have this tag or digest`,
    next: (_, at) => `Set a tag that exists for ${inFleet(at)}, or push the image; then run ${up}`,
    outcome: 'may heal',
  },
  {
    id: 'image-rate-limit',
    title: 'The registry gives no more images for now',
    kinds,
    reasons,
    pattern: /429|toomanyrequests|rate limit/i,
    examples: [
      {
        message:
          'failed to pull and unpack image "docker.io/library/nginx:1.29": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:1f: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit',
        details: { image: 'nginx:1.29', container: 'app-a' },
      },
    ],
    problem: ({ image }) =>
      `the registry of \`${image}\` refuses more downloads for now, as too many came from this address or account`,
    next: (_, at) =>
      `Use a mirror of the image in ${inFleet(at)}, or give its pods an \`imagePullSecrets\` of an account; then run ${up}`,
    outcome: 'may heal',
  },
  {
    id: 'image-denied',
    title: 'The registry refuses the image',
    kinds,
    reasons,
    pattern: /401|403|[Uu]nauthorized|[Ff]orbidden|pull access denied|insufficient_scope|denied/,
    examples: [
      {
        message:
          'failed to pull and unpack image "ghcr.io/acme/shop:1.0": failed to resolve reference "ghcr.io/acme/shop:1.0": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aacme%2Fshop%3Apull&service=ghcr.io: 401 Unauthorized',
        details: { image: 'ghcr.io/acme/shop:1.0', container: 'app-a' },
      },
      {
        message:
          'failed to pull and unpack image "docker.io/acme/shop:1.0": failed to resolve reference "docker.io/acme/shop:1.0": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        details: { image: 'acme/shop:1.0', container: 'app-a' },
      },
      {
        message:
          'failed to pull and unpack image "ghcr.io/acme/shop:1.0": failed to resolve reference "ghcr.io/acme/shop:1.0": unexpected status from HEAD request to https://ghcr.io/v2/acme/shop/manifests/1.0: 403 Forbidden',
        details: { image: 'ghcr.io/acme/shop:1.0', container: 'app-a' },
      },
    ],
    problem: ({ image }) =>
      `the registry refuses image \`${image}\`: it is private and the pod has no credentials that may read it, or its name is wrong`,
    next: (_, at) =>
      `Fix the image's name of ${inFleet(at)}, or add a \`kubernetes.io/dockerconfigjson\` Secret and name it in the pods' \`imagePullSecrets\`; then run ${up}`,
    outcome: 'may heal',
  },
  {
    id: 'image-certificate',
    title: "The registry's certificate is not trusted",
    kinds,
    reasons,
    pattern: /x509: (?<fault>[^\n]*)|server gave HTTP response to HTTPS client/,
    examples: [
      {
        message:
          'failed to pull and unpack image "registry.acme.test/shop:1.0": failed to resolve reference "registry.acme.test/shop:1.0": failed to do request: Head "https://registry.acme.test/v2/shop/manifests/1.0": tls: failed to verify certificate: x509: certificate signed by unknown authority',
        details: { image: 'registry.acme.test/shop:1.0', container: 'app-a' },
      },
      {
        message:
          'failed to pull and unpack image "registry.acme.test:5000/shop:1.0": failed to resolve reference "registry.acme.test:5000/shop:1.0": failed to do request: Head "https://registry.acme.test:5000/v2/shop/manifests/1.0": http: server gave HTTP response to HTTPS client',
        details: { image: 'registry.acme.test:5000/shop:1.0', container: 'app-a' },
      },
    ],
    problem: ({ image, fault }) =>
      `the cluster's nodes do not trust the registry of \`${image}\`${optional(': ', fault) || ', which does not use TLS'}`,
    next: (_, at) =>
      `Add the registry's certificate authority to the nodes' container runtime, or use another registry in ${inFleet(at)}`,
    outcome: 'may heal',
  },
  {
    id: 'image-registry-unreachable',
    title: 'The registry does not answer',
    kinds,
    reasons,
    pattern:
      /lookup (?<host>[^\s:]+)|dial tcp (?<address>[\d.:[\]a-f]+)|i\/o timeout|TLS handshake timeout|connection (?:refused|reset)|no such host|deadline exceeded|(?:proxyconnect|EOF|50\d )/,
    examples: [
      {
        message: `${unpack}: failed to do request: Head "https://ghcr.io/v2/stefanprodan/podinfo/manifests/no-such-tag": dial tcp: lookup ghcr.io on 172.18.0.1:53: no such host`,
        details: { image, container: 'app-a' },
      },
      {
        message: `${unpack}: failed to do request: Head "https://ghcr.io/v2/stefanprodan/podinfo/manifests/no-such-tag": dial tcp 140.82.121.34:443: i/o timeout`,
        details: { image, container: 'app-a' },
      },
      {
        message: `${unpack}: failed to do request: Head "https://ghcr.io/v2/stefanprodan/podinfo/manifests/no-such-tag": dial tcp 140.82.121.34:443: connect: connection refused`,
        details: { image, container: 'app-a' },
      },
    ],
    problem: ({ image, host, address }) =>
      `the cluster's nodes have no image \`${image}\` and cannot reach its registry${optional(' at ', host || address)}`,
    next: (_, at) =>
      `Fix the image's name of ${inFleet(at)} and run ${up}, or let the nodes reach the registry; a machine without one has only the images that the lab builds`,
    outcome: 'may heal',
  },
  {
    id: 'image-name-invalid',
    title: "The image's name is invalid",
    kinds,
    reasons: ['InvalidImageName', 'ErrImageInspect'],
    pattern: /(?:couldn't parse image (?:name|reference) "(?<image>[^"]*)": )?(?<fault>[^:]*)$/,
    examples: [
      {
        message:
          'Failed to apply default image tag "ghcr.io/Acme/shop:1.0": couldn\'t parse image name "ghcr.io/Acme/shop:1.0": invalid reference format: repository name (Acme/shop) must be lowercase',
        details: { image: 'ghcr.io/Acme/shop:1.0', container: 'app-a' },
        reason: 'InvalidImageName',
      },
    ],
    problem: ({ image, fault }) => `\`${image}\` is not a valid name of an image:${optional(' ', fault?.trim())}`,
    next: (_, at) => `Fix the image's name of ${inFleet(at)}, and run ${up}`,
    outcome: 'final',
  },
  {
    id: 'image-never-pulled',
    title: 'The image is not on the node and may not be pulled',
    kinds,
    reasons: ['ErrImageNeverPull'],
    pattern: /image "(?<image>[^"]*)"/,
    examples: [
      {
        message: 'Container image "podinfo:dev" is not present with pull policy of Never',
        details: { image: 'podinfo:dev', container: 'app-a' },
        reason: 'ErrImageNeverPull',
      },
    ],
    problem: ({ image }) => `image \`${image}\` is not on the node, and \`imagePullPolicy: Never\` forbids to pull it`,
    next: () => 'Put the image on the nodes, or remove `imagePullPolicy: Never` from the pods and run `npm run up`',
    outcome: 'may heal',
  },
  {
    id: 'image-pull',
    title: 'The image cannot be pulled',
    kinds,
    reasons,
    pattern: /(?<fault>[^]*)/,
    examples: [
      {
        message: `Back-off pulling image "${image}"`,
        details: { image, container: 'app-a' },
        reason: 'ImagePullBackOff',
      },
    ],
    problem: ({ image }) => `image \`${image}\` cannot be pulled`,
    next: (_, at) => `Fix the image's name and tag of ${inFleet(at)}, and run ${up}`,
    outcome: 'may heal',
  },
];
