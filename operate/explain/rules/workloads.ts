import type { Rule } from '../rule';
import { inFleet, optional, up } from './phrases';

const makers = ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'];

/** Why pods are not created, not scheduled, not started or not ready. */
export const workloadRules: readonly Rule[] = [
  {
    id: 'pod-security',
    title: 'Pod Security refuses the pods',
    kinds: makers,
    reasons: ['FailedCreate'],
    pattern: /violates PodSecurity "(?<standard>[^":]+):[^"]*": (?<faults>[^]*)/,
    examples: [
      {
        reason: 'FailedCreate',
        message:
          'pods "app-a-7c9f-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app-a" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "app-a" must set securityContext.runAsNonRoot=true)',
      },
    ],
    problem: ({ standard, faults }, { namespace }) =>
      `namespace ${namespace} allows pods of the Pod Security Standard \`${standard}\` only, and the pods break it: ${faults}`,
    next: (_, at) => `Set what the message names in the pods of ${inFleet(at)}, and run ${up}`,
    outcome: 'may heal',
  },
  {
    id: 'quota-exceeded',
    title: 'The quota of the namespace is used up',
    kinds: makers,
    reasons: ['FailedCreate'],
    pattern:
      /exceeded quota: (?<quota>\S+), requested: (?<requested>\S+), used: (?<used>\S+), limited: (?<limited>\S+)/,
    examples: [
      {
        reason: 'FailedCreate',
        message:
          'pods "app-a-7c9f-x" is forbidden: exceeded quota: compute, requested: requests.cpu=500m, used: requests.cpu=800m, limited: requests.cpu=1',
      },
    ],
    problem: ({ quota, requested, used, limited }, { namespace }) =>
      `quota \`${quota}\` of namespace ${namespace} has no room for another pod: it asks for ${requested}, ${used} is in use, and the limit is ${limited}`,
    next: (_, at) =>
      `Set fewer replicas or smaller \`resources\` for ${inFleet(at)}, or raise the quota; then run ${up}`,
    outcome: 'may heal',
  },
  {
    id: 'crash-loop',
    title: 'The container ends soon after its start',
    kinds: ['Pod'],
    reasons: ['CrashLoopBackOff'],
    pattern: /(?<message>[^]*)/,
    examples: [
      {
        reason: 'CrashLoopBackOff',
        message: 'back-off 40s restarting failed container=app-a pod=app-a-7c9f-x_app-a(3f)',
        details: { container: 'app-a', exitCode: '1', end: 'Error', restarts: '3' },
      },
    ],
    problem: ({ container, exitCode, restarts }) =>
      `container \`${container}\` ends soon after its start, with exit code ${exitCode}${optional(' after restarts: ', restarts)}`,
    next: (_, at) => `Fix what the last lines of its log name in ${inFleet(at)}, and run ${up}`,
    outcome: 'may heal',
  },
  {
    id: 'unschedulable',
    title: 'No node can take the pod',
    kinds: ['Pod'],
    reasons: ['Unschedulable'],
    pattern: /(?<faults>[^]*?)(?: preemption:.*)?$/,
    examples: [
      {
        reason: 'Unschedulable',
        message:
          '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
      },
    ],
    problem: ({ faults }) => `no node can take the pod: ${faults}`,
    next: (_, at) => `Set smaller \`resources\` for ${inFleet(at)} and run ${up}, or add a node`,
    outcome: 'may heal',
  },
];
