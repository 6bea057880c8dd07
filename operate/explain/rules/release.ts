import type { Rule } from '../rule';
import { inFleet, kubectl, objectsIn, optional, up } from './phrases';

/** What tells that a release failed. */
export const release = {
  kinds: ['HelmRelease'],
  reasons: ['InstallFailed', 'UpgradeFailed', 'RollbackFailed'],
  outcome: 'final',
} as const;
/** How the messages of a release that failed begin. */
export const install = 'Helm install failed for release app-b/app-b with chart podinfo@0.1.0:';
export const upgrade = 'Helm upgrade failed for release app-b/app-b with chart podinfo@0.1.0:';
/** What that means for what runs. */
export const kept = 'the release stays as it was';

/** What becomes of a release that failed. */
export const releaseRules: readonly Rule[] = [
  {
    ...release,
    id: 'helm-hook',
    title: 'A hook of the chart fails',
    pattern: /failed (?<hook>(?:pre|post)-\w+): (?<fault>[^\n]*?)(?:\[(?<object>\w+\/\S+) status[^]*)?$/,
    examples: [
      {
        reason: 'InstallFailed',
        message: `${install} failed pre-install: timeout waiting for: [Job/app-b/before status: 'InProgress']`,
      },
    ],
    problem: ({ hook, object, fault }) =>
      `the chart's ${hook} hook${optional(' ', object)} does not succeed (${fault?.replace(/: ?$/, '')}); ${kept}`,
    next: ({ object }, at) =>
      `Fix what its pod fails of: ${kubectl({ ...at, namespace: object?.split('/')[1] ?? at.namespace }, `logs ${(object ?? 'job/…').replace(/^(\w+)\/[^/]+\//, (_, kind: string) => `${kind.toLowerCase()}/`)}`)}; then run ${up}`,
  },
  {
    ...release,
    id: 'helm-pending',
    title: 'An earlier run of Helm did not end',
    pattern: /another operation \(install\/upgrade\/rollback\) is in progress|in pending-\w+ state/,
    examples: [
      { reason: 'UpgradeFailed', message: `${upgrade} another operation (install/upgrade/rollback) is in progress` },
    ],
    problem: () => 'an earlier run of Helm was cut off, and has left the release locked',
    next: (_, at) =>
      `Run ${up}, which lets Flux unlock it; ${kubectl(at, `describe helmrelease ${at.name}`)} shows what it does`,
    outcome: 'may heal',
  },
  {
    ...release,
    reasons: ['InstallFailed', 'UpgradeFailed', 'RollbackFailed', 'RetriesExceeded'],
    id: 'helm-timeout',
    title: 'The objects of the release were not ready in time',
    pattern: /(?:timeout waiting for|stalled resources): \[(?<objects>[^\]]*)\]|context deadline exceeded/,
    examples: [
      {
        reason: 'InstallFailed',
        message: `${install} timeout waiting for: [Deployment/app-b/app-b status: 'InProgress']`,
      },
      { reason: 'UpgradeFailed', message: `${upgrade} context deadline exceeded` },
    ],
    problem: ({ objects }) =>
      `${objects ? objectsIn(objects) : 'the objects of the release'} did not become ready in time`,
    next: (_, at) =>
      `Run ${kubectl({ ...at, namespace: at.unit }, 'describe pods')}, fix what they fail of in ${inFleet(at)}, and run ${up}`,
    outcome: 'may heal',
  },
  {
    kinds: ['HelmRelease'],
    reasons: ['RollbackSucceeded'],
    id: 'helm-rolled-back',
    title: 'The upgrade failed, and the old version runs again',
    pattern: /rollback to previous release (?<release>\S+) with chart (?<chart>\S+) succeeded/,
    examples: [
      {
        reason: 'RollbackSucceeded',
        message: 'Helm rollback to previous release app-b/app-b.v4 with chart podinfo@0.1.0 succeeded',
      },
    ],
    problem: ({ release, chart }) =>
      `the upgrade failed, so Helm went back to ${release} (chart ${chart}): the old version runs, not this commit`,
    next: (_, at) => `Fix \`values\` or the chart of ${inFleet(at)}, and run ${up}`,
    outcome: 'final',
  },
  {
    kinds: ['HelmRelease'],
    reasons: ['RollbackFailed', 'UninstallFailed'],
    id: 'helm-remediation-failed',
    title: 'Helm could not undo a failed release',
    pattern: /Helm (?<what>rollback|uninstall)[^:]*?release (?<release>\S+)[^:]*: (?<fault>[^\n]*)/,
    examples: [
      {
        reason: 'RollbackFailed',
        message:
          'Helm rollback to previous release app-b/app-b.v4 with chart podinfo@0.1.0 failed: cannot patch "app-b": not found',
      },
      {
        reason: 'UninstallFailed',
        message: 'Helm uninstall remediation for release app-b/app-b.v1 with chart podinfo@0.1.0 failed: timed out',
      },
    ],
    problem: ({ what, release, fault }) => `the release failed, and Helm's ${what} of ${release} fails too: ${fault}`,
    next: (_, at) =>
      `Run ${kubectl({ ...at, namespace: at.unit }, 'get all')}, fix what the message names, and run ${up}`,
    outcome: 'final',
  },
  {
    kinds: ['HelmRelease'],
    reasons: ['UninstallSucceeded'],
    id: 'helm-uninstalled',
    title: 'The installation failed, and was undone',
    pattern: /uninstall (?:remediation )?for release (?<release>\S+)/,
    examples: [
      {
        reason: 'UninstallSucceeded',
        message: 'Helm uninstall remediation for release app-b/app-b.v1 with chart podinfo@0.1.0 succeeded',
      },
    ],
    problem: ({ release }) => `the installation failed, so Helm has removed ${release} again: nothing of it runs`,
    next: (_, at) => `Fix \`values\` or the chart of ${inFleet(at)}, and run ${up}`,
    outcome: 'final',
  },
  {
    kinds: ['HelmRelease'],
    reasons: ['RetriesExceeded', 'MissingRollbackTarget'],
    id: 'helm-gave-up',
    title: 'Flux has given up on a release',
    pattern: /Failed to (?<action>\w+) after (?<attempts>\d+) attempt|missing target release/,
    examples: [
      { reason: 'RetriesExceeded', message: 'Failed to upgrade after 4 attempt(s)' },
      {
        reason: 'MissingRollbackTarget',
        message: 'Failed to perform remediation: missing target release for rollback: cannot remediate failed release',
      },
    ],
    problem: ({ action, attempts }) =>
      attempts
        ? `Flux failed to ${action} the release ${attempts} times, and does not try again before it changes`
        : 'the release failed, and there is no earlier version to go back to',
    next: (_, at) => `Fix \`values\` or the chart of ${inFleet(at)}, and run ${up}, which lets Flux try again`,
    outcome: 'final',
  },
  {
    kinds: ['HelmRelease'],
    reasons: ['TestFailed'],
    id: 'helm-test-failed',
    title: "The chart's test fails",
    pattern: /Helm test failed for release (?<release>\S+)[^:]*: (?<fault>[^\n]*)/,
    examples: [
      {
        reason: 'TestFailed',
        message: 'Helm test failed for release app-b/app-b.v2 with chart podinfo@0.1.0: pod app-b-test failed',
      },
    ],
    problem: ({ release, fault }) => `release ${release} is installed, and its chart's test fails: ${fault}`,
    next: (_, at) =>
      `Run ${kubectl({ ...at, namespace: at.unit }, 'logs -l helm.sh/chart --tail=20')}, and fix the app of ${inFleet(at)}`,
    outcome: 'final',
  },
  {
    kinds: ['HelmRelease'],
    reasons: [
      'StateError',
      'RESTClientError',
      'FactoryError',
      'ConfigFactoryErr',
      'ResourceManagerError',
      'ChartMutateError',
    ],
    id: 'helm-account',
    title: 'Helm cannot work in the namespace',
    pattern:
      /(?:^[^]*?User "system:serviceaccount:(?<ns>[^:"]+):(?<account>[^"]+)" cannot (?<verb>\w+) resource "(?<resource>[^"]+)"[^"]*"[^"]*" in the namespace "(?<where>[^"]+)")|(?<fault>[^\n]+)/,
    examples: [
      {
        reason: 'StateError',
        message:
          'Could not determine release state: failed to retrieve last release from storage: query: failed to query with labels: secrets is forbidden: User "system:serviceaccount:flux-system:nobody" cannot list resource "secrets" in API group "" in the namespace "app-b"',
      },
      {
        reason: 'RESTClientError',
        message: `could not get KubeConfig secret 'flux-system/prod': secrets "prod" not found`,
      },
    ],
    problem: ({ ns, account, verb, resource, where, fault }) =>
      account
        ? `service account \`${account}\` of namespace ${ns} may not ${verb} ${resource} in namespace ${where}, where Helm keeps its releases, or it does not exist`
        : `Helm cannot work: ${fault}`,
    next: (_, at) => `Fix \`serviceAccountName\` of the HelmRelease of ${inFleet(at)}, or add a Role with that right`,
    outcome: 'final',
  },
  {
    ...release,
    id: 'helm-failed',
    title: 'Helm fails',
    pattern: /Helm (?<action>\w+) failed for release (?<release>\S+) with chart (?<chart>[^:]+): (?<fault>[^]*)/,
    examples: [{ reason: 'InstallFailed', message: `${install} something new` }],
    problem: ({ action, release, chart, fault }) =>
      `Helm's ${action} of ${release} with chart ${chart} fails: ${fault?.split('\n')[0]}`,
    next: (_, at) => `Fix \`values\` or the chart of ${inFleet(at)}, and run ${up}`,
  },
];
