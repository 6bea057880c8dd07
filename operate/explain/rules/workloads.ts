import type { Rule } from '../rule';
import { inFleet, kubectl, optional, up } from './phrases';

const pod = { kinds: ['Pod'], outcome: 'may heal' } as const;
const details = { container: 'web', exitCode: '2', end: 'Error' };
const backOff =
  'back-off 2m40s restarting failed container=web pod=app-a-7c9f-x_app-a(e4efcec4-d957-433e-b6d0-bba2fe404702)';
const runc =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process:';

/** Why pods are not scheduled, not started, or end. */
export const workloadRules: readonly Rule[] = [
  {
    ...pod,
    id: 'command-missing',
    title: "The container's command does not exist in the image",
    reasons: ['CrashLoopBackOff', 'RunContainerError', 'StartError', 'Terminated'],
    pattern:
      /exec: "(?<command>[^"]+)": (?:stat [^:]*: no such file or directory|executable file not found in \$PATH|permission denied)/,
    examples: [
      { reason: 'StartError', message: `${runc} exec: "/nothing": stat /nothing: no such file or directory`, details },
      { reason: 'RunContainerError', message: `${runc} exec: "serve": executable file not found in $PATH`, details },
    ],
    problem: ({ command, container }) =>
      `container \`${container}\` is to run \`${command}\`, which its image does not have or may not run`,
    next: (_, at) => `Fix the \`command\` or the image of ${inFleet(at)}, and run ${up}`,
  },
  {
    ...pod,
    id: 'out-of-memory',
    title: 'The container needs more memory than its limit',
    reasons: ['OOMKilled'],
    pattern: /(?<words>[^]*)/,
    examples: [
      {
        reason: 'OOMKilled',
        message: backOff,
        details: { ...details, exitCode: '137', end: 'OOMKilled', memory: '64Mi' },
      },
    ],
    problem: (found) =>
      `container \`${found['container']}\` was ended because it used more memory than its limit${optional(' of ', found['memory'])}`,
    next: (_, at) => `Set more memory in \`resources.limits\` of ${inFleet(at)}, and run ${up}`,
  },
  {
    ...pod,
    id: 'crash-loop',
    title: 'The container ends soon after its start',
    reasons: ['CrashLoopBackOff', 'Terminated', 'StartError'],
    pattern: /(?<words>[^]*)/,
    examples: [
      { reason: 'CrashLoopBackOff', message: backOff, details },
      {
        reason: 'Terminated',
        message: '',
        details: { container: 'migrate', exitCode: '1', end: 'Error' },
      },
    ],
    problem: (found) =>
      `container \`${found['container']}\` ends with exit code ${found['exitCode']}${meaningOf(found['exitCode'])}`,
    next: ({ container }, at) =>
      `Fix what its last lines name in ${inFleet(at)}, and run ${up}; ${kubectl(at, `logs ${at.name} -c ${container} --previous`)} shows more of them`,
  },
  {
    ...pod,
    id: 'config-object-missing',
    title: 'A Secret or ConfigMap is missing',
    reasons: ['CreateContainerConfigError', 'FailedMount'],
    pattern: /(?<kind>secret|configmap) "(?<name>[^"]+)" not found/,
    examples: [
      { reason: 'CreateContainerConfigError', message: 'secret "missing" not found', details: { container: 'web' } },
      { reason: 'CreateContainerConfigError', message: 'configmap "missing" not found', details: { container: 'web' } },
      { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "v" : secret "missing" not found' },
      { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "v" : configmap "missing" not found' },
    ],
    problem: ({ kind, name }, { namespace }) =>
      `the pod needs ${kindName(kind)} \`${name}\`, which namespace ${namespace} does not have`,
    next: ({ kind, name }, at) =>
      kind === 'secret'
        ? `Set it with \`npm run fleet -- secrets set ${at.cluster} ${at.unit} KEY\` if \`secrets\` of ${inFleet(at)} has it, or fix the name \`${name}\`; then run ${up}`
        : `Add ConfigMap \`${name}\` to ${inFleet(at)}, or fix the name; then run ${up}`,
  },
  {
    ...pod,
    id: 'config-key-missing',
    title: 'A Secret or ConfigMap lacks a key',
    reasons: ['CreateContainerConfigError', 'FailedMount'],
    pattern:
      /couldn't find key (?<key>\S+) in (?<kind>Secret|ConfigMap) \S+?\/(?<name>\S+)|(?<source>secret|configmap) references non-existent (?:secret|config) key: (?<item>\S+)/,
    examples: [
      {
        reason: 'CreateContainerConfigError',
        message: "couldn't find key nokey in ConfigMap app-a/settings",
        details: { container: 'web' },
      },
      { reason: 'CreateContainerConfigError', message: "couldn't find key nokey in Secret app-a/app-a" },
      {
        reason: 'FailedMount',
        message: 'MountVolume.SetUp failed for volume "v" : configmap references non-existent config key: nokey',
      },
    ],
    problem: ({ key, kind, name, source, item }) =>
      `the pod needs key \`${key || item}\` of ${kind || `a ${kindName(source)}`}${optional(' ', name && `\`${name}\``)}, which has no such key`,
    next: ({ key, kind, source, item }, at) =>
      (kind || kindName(source)) === 'Secret'
        ? `Run \`npm run fleet -- secrets set ${at.cluster} ${at.unit} ${key || item}\` if \`secrets\` of ${inFleet(at)} has it, and ${up}`
        : `Add the key, or fix its name in ${inFleet(at)}; then run ${up}`,
  },
  {
    ...pod,
    id: 'root-user',
    title: 'The container would run as root',
    reasons: ['CreateContainerConfigError'],
    pattern: /runAsUser breaks non-root policy|image will run as root|has non-numeric user \((?<user>[^)]*)\)/,
    examples: [
      {
        reason: 'CreateContainerConfigError',
        message: `container's runAsUser breaks non-root policy (pod: "app-a-x_app-a(e1f6)", container: web)`,
        details: { container: 'web' },
      },
      {
        reason: 'CreateContainerConfigError',
        message: 'container has runAsNonRoot and image will run as root (pod: "app-a-x_app-a(e1f6)", container: web)',
        details: { container: 'web' },
      },
      {
        reason: 'CreateContainerConfigError',
        message:
          'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: "app-a-x_app-a(e1f6)", container: web)',
        details: { container: 'web' },
      },
    ],
    problem: ({ container, user }) =>
      user
        ? `container \`${container}\` must not run as root, and its image names its user \`${user}\` by name, which cannot be checked`
        : `container \`${container}\` would run as root, which \`runAsNonRoot\` forbids`,
    next: (_, at) =>
      `Set \`runAsUser\` to a number above 0 in the pods of ${inFleet(at)}, or use an image with such a user`,
  },
  {
    ...pod,
    id: 'container-not-created',
    title: 'The container cannot be created',
    reasons: [
      'CreateContainerConfigError',
      'CreateContainerError',
      'RunContainerError',
      'PreStartHookError',
      'PostStartHookError',
    ],
    pattern: /(?:.*runc create failed: )?(?<words>[^]*)/,
    examples: [
      {
        reason: 'CreateContainerError',
        message: 'failed to generate container "1f" spec: failed to mkdir "/data": read-only file system',
        details: { container: 'web' },
      },
    ],
    problem: ({ container, words }) => `container \`${container}\` cannot be created: ${words}`,
    next: (_, at) => `Fix what it names in the pods of ${inFleet(at)}, and run ${up}`,
  },
];

function meaningOf(exitCode: string | undefined): string {
  const meanings: Readonly<Record<string, string>> = {
    '126': ' (its command may not be run)',
    '127': ' (its command does not exist)',
    '128': ' (it could not be started)',
    '137': ' (it was killed)',
    '139': ' (it used memory that is not its own)',
    '143': ' (it was asked to end)',
  };
  return meanings[exitCode ?? ''] ?? '';
}

function kindName(kind: string | undefined): string {
  return kind === 'secret' ? 'Secret' : 'ConfigMap';
}
