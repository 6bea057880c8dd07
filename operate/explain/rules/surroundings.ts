import { receiverTokenSecret } from '../../../model';
import type { Rule } from '../rule';
import { inFleet, kubectl, up } from './phrases';

/** What no Flux object tells of itself, or what concerns all of them. */
export const surroundingRules: readonly Rule[] = [
  {
    kinds: ['Deployment'],
    reasons: ['ControllerNotReady'],
    id: 'controller-not-ready',
    title: "A controller of Flux's is not ready",
    pattern: /(?<pods>\d+ of \d+ pods)/,
    examples: [{ reason: 'ControllerNotReady', message: '0 of 1 pods are ready' }],
    problem: ({ pods }, { name, cluster }) =>
      `Flux's ${name} in cluster ${cluster} does not work (${pods} are ready), so nothing that it does happens: what runs stays as it is`,
    next: (_, at) =>
      `Run ${kubectl(at, `describe deployment ${at.name}`)}, and ${up}, which installs Flux again where it was changed`,
    outcome: 'may heal',
  },
  {
    kinds: ['Receiver'],
    reasons: ['TokenNotFound'],
    id: 'receiver-without-token',
    title: "The Receiver's token is missing",
    pattern: /secret '?(?:[^'/]+\/)?(?<secret>[^'\s]+)|required fields 'token'/,
    examples: [
      {
        reason: 'TokenNotFound',
        message: `unable to read token from secret 'flux-system/receiver-token' error: Secret "receiver-token" not found`,
      },
      { reason: 'TokenNotFound', message: "invalid 'flux-system/receiver-token' secret data: required fields 'token'" },
    ],
    problem: ({ secret }, { cluster }) =>
      `Secret \`${secret || receiverTokenSecret}\` lacks the token by which pushes are announced to cluster ${cluster}, so it finds them within a minute instead of at once`,
    next: () => `Run ${up}, which writes the Secret again`,
    outcome: 'final',
  },
  {
    kinds: ['Receiver'],
    id: 'receiver-failed',
    title: 'The Receiver does not work',
    pattern: /(?<fault>[^]*)/,
    examples: [{ reason: 'ValidationFailed', message: 'invalid resource selector' }],
    problem: ({ fault }, { cluster }) =>
      `pushes are not announced to cluster ${cluster}, so it finds them within a minute instead of at once: ${fault}`,
    next: () => `Run ${up}, which writes the Receiver again`,
    outcome: 'final',
  },
  {
    kinds: ['Kustomization'],
    reasons: ['TwoOwners'],
    id: 'two-owners',
    title: 'Two apps have the same object',
    pattern: /(?<object>\S+) is in the inventory of (?<other>\S+) and of (?<own>\S+)/,
    examples: [{ reason: 'TwoOwners', message: 'ConfigMap/shop/settings is in the inventory of app-a and of app-b' }],
    problem: ({ object, other, own }) =>
      `${object} is applied by both \`${other}\` and \`${own}\`: each undoes the other's changes, and removing one deletes it`,
    next: (_, at) => `Remove the object from ${inFleet(at)} or from the other; then run ${up}`,
    outcome: 'final',
  },
  {
    kinds: ['HelmRelease'],
    reasons: ['DriftDetected', 'DriftCorrectionFailed'],
    id: 'drift',
    title: 'Somebody has changed an object of a release',
    pattern:
      /(?:of release (?<release>\S+) has drifted[^\n]*\n?|correct cluster state of release (?<failed>[^:\s]+)[^\n]*\n?)(?<objects>[^]*)/,
    examples: [
      {
        reason: 'DriftDetected',
        message:
          'Cluster state of release app-b/app-b.v1 has drifted from the desired state:\nDeployment/app-b/app-b changed (0 additions, 1 changes, 0 removals)',
      },
    ],
    problem: ({ release, failed, objects }) =>
      `objects of release ${release || failed} differ from the commit: ${objects?.trim().replaceAll('\n', ', ')}${failed ? '; Flux cannot correct them' : ''}`,
    next: (_, at) =>
      `Run ${up}, which compares and corrects them, or set \`drift\` of ${inFleet(at)} to leave these fields alone`,
    outcome: 'may heal',
  },
];
