import type { Rule } from '../rule';
import { inFleet, up } from './phrases';

const kinds = ['Kustomization'];

/** What Flux cannot build of the repository. */
export const buildRules: readonly Rule[] = [
  {
    id: 'build-failed',
    title: 'Flux cannot build the manifests',
    kinds,
    reasons: ['BuildFailed'],
    pattern: /(?<fault>[^]*)/,
    examples: [{ message: 'kustomize build failed: something new', reason: 'BuildFailed' }],
    problem: () => 'Flux cannot build the manifests of this commit, so nothing of it was applied',
    next: (_, at) => `Fix ${inFleet(at)}, or the file that the message names, and run ${up}`,
    outcome: 'final',
  },
];
