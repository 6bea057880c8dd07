import type { Rule } from '../rule';
import { apply, object, rest, thing } from './api-server';
import { inFleet, kubectl, optional, up } from './phrases';

/** What the API server refuses. */
export const applyRules: readonly Rule[] = [
  {
    ...apply,
    id: 'definition-missing',
    title: 'The cluster does not know the kind',
    pattern: new RegExp(`${object}no matches for kind "(?<kind>[^"]+)" in version "(?<version>[^"]+)"`),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message: 'Widget/default/w dry-run failed: no matches for kind "Widget" in version "example.org/v1"',
      },
      {
        reason: 'InstallFailed',
        message:
          'Helm install failed for release app-b/app-b with chart podinfo@0.1.0: unable to build kubernetes objects from release manifest: resource mapping not found for name: "w" namespace: "" from "": no matches for kind "Widget" in version "example.org/v1"\nensure CRDs are installed first',
      },
    ],
    problem: ({ kind, version }) =>
      `the cluster has no definition of kind ${kind} in \`${version}\`: the app that brings it is not installed yet, or the version is another one`,
    next: ({ kind }, at) =>
      `Add \`after: ['APP']\` to ${inFleet(at)}, with the app that installs the definition of ${kind}; then run ${up}`,
    outcome: 'may heal',
  },
  {
    ...apply,
    id: 'namespace-missing',
    title: 'The namespace does not exist',
    pattern: new RegExp(
      `(?:(?<object>\\w+\\/\\S+) (?:not found|dry-run failed[^:]*): )?.*namespaces "(?<ns>[^"]+)" not found`,
    ),
    examples: [
      { reason: 'ReconciliationFailed', message: 'ConfigMap/nowhere/c not found: namespaces "nowhere" not found' },
      {
        reason: 'InstallFailed',
        message:
          'Helm install failed for release app-b/app-b with chart podinfo@0.1.0: create: failed to create: namespaces "nowhere" not found',
      },
    ],
    problem: ({ object, ns }) =>
      `namespace \`${ns}\` does not exist${optional(', which ', object && `${object} is to be in`)}; ${rest}`,
    next: ({ ns }, at) =>
      `Add a manifest of namespace \`${ns}\` to ${inFleet(at)}, or put \`after\` there with the app or tenant that has it; then run ${up}`,
    outcome: 'may heal',
  },
  {
    ...apply,
    id: 'namespace-not-set',
    title: 'An object names no namespace',
    pattern: /(?<object>\w+\/\S+) namespace not specified/,
    examples: [
      {
        reason: 'ReconciliationFailed',
        message: 'ConfigMap/nons namespace not specified: the server could not find the requested resource',
      },
    ],
    problem: ({ object }) => `${object} names no namespace, and its kind needs one; ${rest}`,
    next: (_, at) => `Add \`metadata.namespace\` to the object of ${inFleet(at)}, and run ${up}`,
  },
  {
    ...apply,
    id: 'namespace-terminating',
    title: 'The namespace is being deleted',
    pattern: /unable to create new content in namespace (?<ns>\S+) because it is being terminated/,
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'ConfigMap/app-a/c dry-run failed (Forbidden): configmaps "c" is forbidden: unable to create new content in namespace app-a because it is being terminated',
      },
    ],
    problem: ({ ns }) => `namespace \`${ns}\` is being deleted, and takes nothing new until it is gone`,
    next: ({ ns }, { kubectl: command }) =>
      `Run \`${command} get namespace ${ns} -o yaml\`: its conditions name what is left in it`,
    outcome: 'may heal',
  },
  {
    ...apply,
    id: 'kubeconfig-missing',
    title: "The other cluster's kubeconfig is missing",
    pattern: /(?:unable to read|could not get) KubeConfig secret '?(?<secret>[^'\s]+)/,
    examples: [
      {
        reason: 'ReconciliationFailed',
        message: `unable to read KubeConfig secret 'flux-system/prod' error: secrets "prod" not found`,
      },
    ],
    problem: ({ secret }) => `Secret \`${secret}\`, with the kubeconfig of the cluster to apply to, does not exist`,
    next: () => 'Create the Secret, or remove `spec.kubeConfig`',
  },
  {
    kinds: ['Kustomization'],
    reasons: ['PruneFailed'],
    id: 'prune-failed',
    title: 'An object cannot be deleted',
    pattern: /(?<object>\w+\/\S+) (?:delete failed|query failed)(?:, error)?: (?<fault>[^\n]*)/,
    examples: [
      {
        reason: 'PruneFailed',
        message:
          'delete failed, errors: Namespace/shop delete failed: admission webhook "protect.acme.test" denied the request: namespace is protected',
      },
    ],
    problem: ({ object, fault }) =>
      `the commit removes ${object}, and the cluster does not let Flux delete it: ${fault}; Flux tries again`,
    next: ({ object }, { kubectl: command }) =>
      `Remove what holds it: \`${command} get ${deleteArgs(object ?? '')} -o yaml\` has its finalizers and labels`,
    outcome: 'may heal',
  },
  {
    ...apply,
    id: 'api-unavailable',
    title: 'The API server does not answer',
    pattern:
      /(?<fault>etcdserver: [^\n]*|connection refused|i\/o timeout|dry-run failed[^\n]*context deadline exceeded|the server is currently unable[^\n]*|TooManyRequests|http2: [^\n]*|\(Timeout\)[^\n]*|unexpected EOF)/,
    examples: [
      {
        reason: 'ReconciliationFailed',
        message: 'Deployment/app-a/app-a dry-run failed (InternalError): etcdserver: request timed out',
      },
      {
        reason: 'ReconciliationFailed',
        message:
          'Deployment/app-a/app-a dry-run failed: Patch "https://10.96.0.1:443/apis/apps/v1/namespaces/app-a/deployments/app-a": dial tcp 10.96.0.1:443: connect: connection refused',
      },
    ],
    problem: ({ fault }, { cluster }) =>
      `the API server of cluster ${cluster} does not answer Flux as it should (${fault})`,
    next: (_, at) => `Run ${kubectl({ ...at, namespace: 'kube-system' }, 'get pods')}, and \`npm run fleet -- doctor\``,
    outcome: 'may heal',
  },
  {
    ...apply,
    kinds: ['Kustomization'],
    reasons: ['ReconciliationFailed'],
    id: 'apply-failed',
    title: 'The API server refuses an object',
    pattern: new RegExp(`${object}(?<fault>[^\\n]*)`),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message: 'Deployment/app-a/app-a dry-run failed (Conflict): something new',
      },
    ],
    problem: (found) => `the API server refuses ${thing(found)} (${found['fault']?.trim()}); ${rest}`,
    next: (_, at) => `Fix what it names in ${inFleet(at)}, and run ${up}`,
  },
];

/** `Kind/namespace/name` as arguments of kubectl. */
function deleteArgs(object: string): string {
  const [kind = '', ...names] = object.split('/');
  return `${kind.toLowerCase()} ${names.at(-1)}${names.length > 1 ? ` -n ${names[0]}` : ''}`;
}
