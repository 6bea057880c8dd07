import type { Rule } from '../rule';
import { inFleet, kubectl, optional, up } from './phrases';

/** What creates pods, and is told why it may not. */
const create = {
  kinds: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'],
  reasons: ['FailedCreate'],
  outcome: 'may heal',
} as const;
const forbidden = 'pods "app-a-7c9f-x" is forbidden:';
const unprivileged =
  'allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true)';

/** Why pods are not created. */
export const createRules: readonly Rule[] = [
  {
    ...create,
    id: 'pod-security',
    title: 'Pod Security refuses the pods',
    pattern: /violates PodSecurity "(?<standard>[^":]+):[^"]*": (?<faults>[^]*)/,
    examples: [
      { reason: 'FailedCreate', message: `${forbidden} violates PodSecurity "restricted:latest": ${unprivileged}` },
      {
        kind: 'StatefulSet',
        reason: 'FailedCreate',
        message: `Create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: violates PodSecurity "restricted:latest": ${unprivileged}`,
      },
    ],
    problem: ({ standard, faults }, { namespace }) =>
      `namespace ${namespace} takes pods of the Pod Security Standard \`${standard}\` only, and these break it: ${faults}`,
    next: (_, at) =>
      `Set what it names in the pods of ${inFleet(at)}, or a less strict \`podSecurity\` there; then run ${up}`,
  },
  {
    ...create,
    id: 'quota-exceeded',
    title: 'The quota of the namespace is used up',
    pattern:
      /exceeded quota: (?<quota>\S+), requested: (?<requested>.+?), used: (?<used>.+?), limited: (?<limited>\S+)/,
    examples: [
      {
        reason: 'FailedCreate',
        message: `${forbidden} exceeded quota: compute, requested: requests.cpu=200m, used: requests.cpu=0, limited: requests.cpu=100m`,
      },
    ],
    problem: ({ quota, requested, used, limited }, { namespace }) =>
      `quota \`${quota}\` of namespace ${namespace} is too small for another pod: it asks for ${requested}, ${used} is in use, and the limit is ${limited}`,
    next: (_, at) =>
      `Set fewer \`replicas\` or smaller \`resources\` for ${inFleet(at)}, or raise the quota; then run ${up}`,
  },
  {
    ...create,
    id: 'quota-needs-resources',
    title: 'The quota of the namespace wants resources that the pods do not set',
    pattern: /failed quota: (?<quota>\S+): must specify (?<resources>[^]*?)(?: for: (?<container>\S+))?(?:;|$)/,
    examples: [
      {
        reason: 'FailedCreate',
        message: `${forbidden} failed quota: compute: must specify requests.cpu for: web`,
      },
      {
        reason: 'FailedCreate',
        message: `${forbidden} failed quota: compute: must specify limits.memory,requests.cpu`,
      },
    ],
    problem: ({ quota, resources, container }, { namespace }) =>
      `quota \`${quota}\` of namespace ${namespace} counts ${resources}, which ${container ? `container \`${container}\`` : 'the pods'} must set`,
    next: ({ resources }, at) => `Set \`resources\` (${resources}) for ${inFleet(at)}, and run ${up}`,
  },
  {
    ...create,
    id: 'limit-range',
    title: "The namespace's limits do not allow these resources",
    pattern:
      /(?<edge>maximum|minimum) (?<resource>\S+) usage per (?<what>\w+) is (?<limit>[\w.]+)(?:, but (?<kind>\w+) is (?<value>[\w.]+)|\. No (?<missing>\w+) is specified)/,
    examples: [
      {
        reason: 'FailedCreate',
        message: `${forbidden} maximum cpu usage per Container is 100m, but limit is 500m`,
      },
      {
        reason: 'FailedCreate',
        message: `${forbidden} minimum memory usage per Container is 64Mi.  No request is specified`.replace(
          '.  ',
          '. ',
        ),
      },
    ],
    problem: ({ edge, resource, what, limit, kind, value, missing }, { namespace }) =>
      `namespace ${namespace} allows ${edge === 'maximum' ? 'at most' : 'not less than'} ${limit} of ${resource} for each ${what?.toLowerCase()}; ${missing ? `the pods set no ${missing}` : `the ${kind} is ${value}`}`,
    next: ({ resource }, at) => `Set \`resources\` (${resource}) for ${inFleet(at)} within that, and run ${up}`,
  },
  {
    ...create,
    id: 'service-account-missing',
    title: 'The service account of the pods does not exist',
    pattern: /error looking up service account \S+?\/(?<account>[^:]+):/,
    examples: [
      {
        reason: 'FailedCreate',
        message: `pods "app-a-7c9f-" is forbidden: error looking up service account app-a/missing: serviceaccount "missing" not found`,
      },
    ],
    problem: ({ account }, { namespace }) =>
      `the pods are to run as service account \`${account}\`, which namespace ${namespace} does not have`,
    next: ({ account }, at) => `Add ServiceAccount \`${account}\` to ${inFleet(at)}, and run ${up}`,
  },
  {
    ...create,
    id: 'pods-refused',
    title: 'The cluster does not create the pods',
    pattern:
      /(?:pods "[^"]*" is forbidden: |admission webhook "(?<webhook>[^"]+)" denied the request: )?(?<words>[^]*)/,
    examples: [
      {
        reason: 'FailedCreate',
        message: 'admission webhook "validate.kyverno.svc" denied the request: image tag latest is not allowed',
      },
    ],
    problem: ({ webhook, words }) =>
      `the cluster does not create the pods${optional(', webhook ', webhook && `\`${webhook}\` refuses them`)}: ${words}`,
    next: (_, at) => `Change what it names in ${inFleet(at)}, and run ${up}`,
  },
  {
    kinds: ['PersistentVolumeClaim'],
    id: 'storage-class-missing',
    title: 'The storage class does not exist',
    pattern: /storageclass\.storage\.k8s\.io "(?<name>[^"]+)" not found/,
    examples: [{ reason: 'ProvisioningFailed', message: 'storageclass.storage.k8s.io "fast" not found' }],
    problem: ({ name }, at) =>
      `claim ${at.name} wants storage class \`${name}\`, which cluster ${at.cluster} does not have`,
    next: (_, at) =>
      `Set a \`storageClassName\` of the cluster in ${inFleet(at)}; ${kubectl(at, 'get storageclasses')} lists them`,
    outcome: 'may heal',
  },
  {
    kinds: ['PersistentVolumeClaim'],
    id: 'volume-missing',
    title: 'There is no volume for the claim',
    pattern: /(?<fault>[^]*)/,
    examples: [
      {
        reason: 'FailedBinding',
        message: 'no persistent volumes available for this claim and no storage class is set',
      },
      {
        reason: 'ProvisioningFailed',
        message: 'failed to provision volume with StorageClass "standard": no space left on device',
      },
    ],
    problem: ({ fault }, { name }) => `claim ${name} gets no volume: ${fault}`,
    next: (_, at) => `Set a \`storageClassName\` in ${inFleet(at)} that provides volumes, or add a volume`,
    outcome: 'may heal',
  },
  {
    kinds: ['Job'],
    id: 'job-failed',
    title: 'The Job has failed',
    reasons: [
      'BackoffLimitExceeded',
      'DeadlineExceeded',
      'PodFailurePolicy',
      'FailedIndexes',
      'MaxFailedIndexesExceeded',
    ],
    pattern: /(?<words>[^]*)/,
    examples: [
      { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' },
      { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
    ],
    problem: ({ words }, { name }) => `Job ${name} has failed and is not started again: ${words}`,
    next: (_, at) =>
      `Fix the Job of ${inFleet(at)}, with \`force: true\` there so that Flux makes it anew, and run ${up}; its log: ${kubectl(at, `logs job/${at.name}`)}`,
    outcome: 'final',
  },
];
