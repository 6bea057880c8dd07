import type { Rule } from '../rule';
import { inFleet, up } from './phrases';

const kinds = ['Kustomization'];
const reasons = ['ReconciliationFailed'];

/** What the API server refuses. */
export const applyRules: readonly Rule[] = [
  {
    id: 'immutable-field',
    title: 'A field cannot be changed',
    kinds,
    reasons,
    pattern:
      /(?<object>\w+\/\S+) dry-run failed[^]*? is invalid: (?:.*?, )?(?<field>[\w.[\]]+): Invalid value: (?<value>[^]*?): field is immutable/,
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'Deployment/app-a/app-a dry-run failed (Invalid): Deployment.apps "app-a" is invalid: spec.selector: Invalid value: {"matchLabels":{"app.kubernetes.io/name":"new"}}: field is immutable',
      },
    ],
    problem: ({ object, field, value }) =>
      `\`${field}\` of ${object} cannot be changed once the object exists; the commit wants \`${value}\`, and nothing else of it was applied either`,
    next: (_, at) =>
      `Set \`force: true\` for ${inFleet(at)}, so that Flux deletes such an object and creates it again, or restore the old value; then run ${up}`,
    outcome: 'final',
  },
];
