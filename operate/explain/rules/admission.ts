import type { Rule } from '../rule';
import { apply, object, rest, thing } from './api-server';
import { inFleet, up } from './phrases';

/** What the cluster does not allow. */
export const admissionRules: readonly Rule[] = [
  {
    ...apply,
    id: 'admission-policy',
    title: 'A policy of the cluster refuses an object',
    pattern: new RegExp(
      `${object}(?:ValidatingAdmissionPolicy '(?<policy>[^']+)'.*? denied request: |admission webhook "(?<webhook>[^"]+)" denied the request: )(?<words>[^\\n]*)`,
    ),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message: `ConfigMap/app-a/c dry-run failed (Invalid): configmaps "c" is forbidden: ValidatingAdmissionPolicy 'no-danger' with binding 'no-danger' denied request: data.danger is not allowed`,
      },
      {
        reason: 'ReconciliationFailed',
        message:
          'Deployment/app-a/app-a dry-run failed (Forbidden): admission webhook "validate.kyverno.svc" denied the request: resource Deployment/app-a/app-a was blocked due to policy require-labels',
      },
    ],
    problem: (found) =>
      `${found['policy'] ? `policy \`${found['policy']}\`` : `webhook \`${found['webhook']}\``} of the cluster refuses ${thing(found)}: ${found['words']}`,
    next: (_, at) => `Change what it names in ${inFleet(at)}, and run ${up}`,
  },
  {
    ...apply,
    id: 'webhook-down',
    title: 'A webhook of the cluster does not answer',
    pattern: new RegExp(
      `${object}failed calling webhook "(?<webhook>[^"]+)": (?:failed to call webhook: )?(?<fault>[^\\n]*)`,
    ),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'ConfigMap/app-a/c dry-run failed (InternalError): Internal error occurred: failed calling webhook "down.example.org": failed to call webhook: Post "https://policy.app-a.svc:443/validate?timeout=10s": service "policy" not found',
      },
    ],
    problem: ({ webhook, fault }) =>
      `webhook \`${webhook}\`, which the API server asks before it takes such an object, does not answer (${fault}); ${rest}`,
    next: ({ webhook }, { kubectl: command }) =>
      `Start what serves it: \`${command} get validatingwebhookconfigurations,mutatingwebhookconfigurations\` has ${webhook}`,
    outcome: 'may heal',
  },
  {
    ...apply,
    id: 'pod-security-refused',
    title: 'Pod Security refuses a pod',
    pattern: new RegExp(`${object}violates PodSecurity "(?<standard>[^":]+):[^"]*": (?<faults>[^\\n]*)`),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'Pod/app-a/p dry-run failed (Forbidden): pods "p" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true)\nNamespace/app-a created',
      },
    ],
    problem: (found) =>
      `the namespace allows pods of the Pod Security Standard \`${found['standard']}\` only, and ${thing(found)} breaks it: ${found['faults']}`,
    next: (_, at) =>
      `Set what it names in the pod of ${inFleet(at)}, or set another \`podSecurity\` there; then run ${up}`,
  },
  {
    ...apply,
    id: 'quota-object',
    title: 'The quota of the namespace is used up',
    pattern: new RegExp(
      `${object}exceeded quota: (?<quota>\\S+), requested: (?<requested>.+?), used: (?<used>.+?), limited: (?<limited>\\S+)`,
    ),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'ConfigMap/app-a/c dry-run failed (Forbidden): configmaps "c" is forbidden: exceeded quota: few, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
      },
    ],
    problem: (found) =>
      `quota \`${found['quota']}\` is too small for ${thing(found)}: it asks for ${found['requested']}, ${found['used']} is in use, and the limit is ${found['limited']}`,
    next: (_, at) => `Remove what is not needed in ${inFleet(at)}, or raise the quota; then run ${up}`,
    outcome: 'may heal',
  },
  {
    ...apply,
    id: 'forbidden',
    title: 'The service account may not do this',
    pattern: new RegExp(
      `${object}User "system:serviceaccount:(?<ns>[^:"]+):(?<account>[^"]+)" cannot (?<verb>\\w+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)"(?: (?:in the namespace "(?<where>[^"]+)"|at the cluster scope))?`,
    ),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'ConfigMap/default/c dry-run failed (Forbidden): configmaps "c" is forbidden: User "system:serviceaccount:flux-system:default" cannot patch resource "configmaps" in API group "" in the namespace "default"',
      },
      {
        reason: 'ReconciliationFailed',
        message:
          'ClusterRole/x dry-run failed (Forbidden): clusterroles.rbac.authorization.k8s.io "x" is forbidden: User "system:serviceaccount:team-a:flux" cannot patch resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope',
      },
    ],
    problem: ({ ns, account, verb, resource, where }) =>
      `service account \`${account}\` of namespace ${ns} may not ${verb} ${resource} ${where ? `in namespace ${where}` : 'of the whole cluster'}, or it does not exist; ${rest}`,
    next: (_, at) =>
      `Remove the object from ${inFleet(at)} if it is not this team's to make, or add a Role with that right and bind it to the account`,
  },
];
