import type { Rule } from '../rule';
import { inFleet, kubectl, up } from './phrases';

const unscheduled = { kinds: ['Pod'], reasons: ['Unschedulable'], outcome: 'may heal' } as const;
const none = '0/1 nodes are available:';
const tail =
  'no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';

/** What nodes lack for a pod. */
export const nodeRules: readonly Rule[] = [
  {
    ...unscheduled,
    id: 'claim-missing',
    title: 'The claim of the pod does not exist',
    pattern: /persistentvolumeclaim "(?<name>[^"]+)" not found/,
    examples: [{ reason: 'Unschedulable', message: `${none} persistentvolumeclaim "missing" not found. not found` }],
    problem: ({ name }, { namespace }) =>
      `the pod needs PersistentVolumeClaim \`${name}\`, which namespace ${namespace} does not have`,
    next: ({ name }, at) => `Add PersistentVolumeClaim \`${name}\` to ${inFleet(at)}, or fix the name; then run ${up}`,
  },
  {
    ...unscheduled,
    id: 'claim-unbound',
    title: 'The claim of the pod has no volume',
    pattern: /unbound immediate PersistentVolumeClaims/,
    examples: [
      { reason: 'Unschedulable', message: `${none} pod has unbound immediate PersistentVolumeClaims. not found` },
    ],
    problem: () => 'the pod waits for a volume: a PersistentVolumeClaim of it has none yet',
    next: (_, at) => `Run ${kubectl(at, 'describe pvc')}: its events name what is missing`,
  },
  {
    ...unscheduled,
    id: 'node-resources',
    title: 'No node can take the pod',
    pattern: /\d+ (?<what>Insufficient [\w\-/]+(?:\.[\w\-/]+)*|Too many pods)/,
    examples: [
      { reason: 'Unschedulable', message: `${none} 1 Insufficient cpu. ${tail}` },
      { reason: 'Unschedulable', message: `${none} 1 Insufficient memory. ${tail}` },
      { reason: 'Unschedulable', message: `${none} 1 Too many pods. ${tail}` },
    ],
    problem: ({ what }, { cluster }) => {
      const resource = what?.replace('Insufficient ', '');
      return what === 'Too many pods'
        ? `the nodes of cluster ${cluster} have as many pods as they can`
        : `no node of cluster ${cluster} has the ${resource} free that the pod requests`;
    },
    next: (_, at) =>
      `Set smaller \`resources.requests\` or fewer \`replicas\` for ${inFleet(at)} and run ${up}, or add a node`,
  },
  {
    ...unscheduled,
    id: 'node-selector',
    title: 'No node has the labels that the pod wants',
    pattern:
      /didn't match (?:Pod's node affinity\/selector|pod (?:anti-)?affinity rules|pod topology spread constraints)/,
    examples: [
      { reason: 'Unschedulable', message: `${none} 1 node(s) didn't match Pod's node affinity/selector. ${tail}` },
      { reason: 'Unschedulable', message: `${none} 1 node(s) didn't match pod anti-affinity rules. ${tail}` },
    ],
    problem: (_, { cluster }) => `no node of cluster ${cluster} is one that the pod's selector or affinity allows`,
    next: (_, at) => `Fix \`nodeSelector\` or \`affinity\` of ${inFleet(at)} and run ${up}, or label a node`,
  },
  {
    ...unscheduled,
    id: 'node-taint',
    title: 'The nodes have a taint that the pod does not tolerate',
    pattern: /untolerated taint(?:\(s\))? ?\{?(?<taint>[^}.]*)/,
    examples: [
      {
        reason: 'Unschedulable',
        message: `${none} 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }. ${tail}`,
      },
    ],
    problem: ({ taint }) => `the nodes take no pod without a toleration of taint \`${taint?.replace(/: *$/, '')}\``,
    next: (_, at) =>
      `Run \`${at.kubectl} describe nodes\` to see why the taint is there, or add a toleration to ${inFleet(at)}`,
  },
  {
    ...unscheduled,
    id: 'host-port',
    title: 'The port on the node is taken',
    pattern: /didn't have free ports/,
    examples: [
      {
        reason: 'Unschedulable',
        message: `${none} 1 node(s) didn't have free ports for the requested pod ports. ${tail}`,
      },
    ],
    problem: () => 'another pod has the `hostPort` that this one wants on every node',
    next: (_, at) => `Remove \`hostPort\` from ${inFleet(at)} or choose another; then run ${up}`,
  },
  {
    ...unscheduled,
    id: 'unschedulable',
    title: 'No node can take the pod',
    pattern: /(?<faults>[^]*?)(?: no new claims to deallocate.*| preemption:.*)?$/,
    examples: [{ reason: 'Unschedulable', message: `${none} 1 node(s) were unschedulable. ${tail}` }],
    problem: ({ faults }) => `no node can take the pod: ${faults?.replace(/\.$/, '')}`,
    next: (_, at) => `Run \`${at.kubectl} describe nodes\`, and fix what the message names there or in ${inFleet(at)}`,
  },
  {
    kinds: ['Pod'],
    reasons: ['FailedAttachVolume', 'FailedMount'],
    id: 'volume-in-use',
    title: 'The volume is attached to another node',
    pattern: /Multi-Attach error for volume "(?<volume>[^"]+)"/,
    examples: [
      {
        reason: 'FailedAttachVolume',
        message:
          'Multi-Attach error for volume "pvc-1f2e" Volume is already exclusively attached to one node and can\'t be attached to another',
      },
    ],
    problem: ({ volume }) => `volume \`${volume}\` is attached to another node, and only one may have it at a time`,
    next: (_, at) =>
      `Set the update strategy \`Recreate\` for ${inFleet(at)}, so that the old pod ends first; then run ${up}`,
    outcome: 'may heal',
  },
  {
    kinds: ['Pod'],
    reasons: ['FailedAttachVolume', 'FailedMount'],
    id: 'volume-not-mounted',
    title: 'A volume cannot be mounted',
    pattern: /for volume "(?<volume>[^"]+)" ?: ?(?<fault>[^]*)/,
    examples: [
      {
        reason: 'FailedMount',
        message: 'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32',
      },
    ],
    problem: ({ volume, fault }) => `volume \`${volume}\` of the pod cannot be mounted: ${fault}`,
    next: (_, at) => `Fix the volume in ${inFleet(at)}, or what the message names on the node`,
    outcome: 'may heal',
  },
  {
    kinds: ['Pod'],
    reasons: ['FailedCreatePodSandBox'],
    id: 'pod-network',
    title: 'The node cannot start the pod',
    pattern: /(?:desc = )?(?<fault>[^]*)/,
    examples: [
      {
        reason: 'FailedCreatePodSandBox',
        message:
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1f": plugin type="bridge" failed (add): no IP addresses available in range',
      },
    ],
    problem: ({ fault }) => `the node cannot start the pod, whatever runs in it: ${fault}`,
    next: (_, at) =>
      `Run \`${at.kubectl} -n kube-system get pods\`: the network of the cluster or its node is at fault`,
    outcome: 'may heal',
  },
  {
    kinds: ['Pod'],
    reasons: [
      'Evicted',
      'Preempting',
      'NodeLost',
      'NodeAffinity',
      'UnexpectedAdmissionError',
      'OutOfcpu',
      'OutOfmemory',
    ],
    id: 'pod-evicted',
    title: 'The node has put the pod out',
    pattern: /(?<words>[^]*)/,
    examples: [
      {
        reason: 'Evicted',
        message: 'The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 900Mi.',
      },
    ],
    problem: ({ words }) => `the node has put the pod out: ${words?.replace(/\.\s*$/, '')}`,
    next: (_, at) =>
      `Run \`${at.kubectl} describe nodes\`, and free on the node what is short, or set \`resources\` for ${inFleet(at)}`,
    outcome: 'may heal',
  },
];
