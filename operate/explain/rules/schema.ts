import type { Rule } from '../rule';
import { apply, object, rest, shortValue, thing } from './api-server';
import { inFleet, optional, up } from './phrases';

/** Of which object the API server tells which field. */
const invalid = /(?:[\w.]+ "(?<name>[^"]+)" is invalid: \[?(?:.*?, )??)?/.source;

/** What the API server takes for no valid object. */
export const schemaRules: readonly Rule[] = [
  {
    ...apply,
    id: 'immutable-field',
    title: 'A field cannot be changed',
    pattern: new RegExp(
      `${object}${invalid}(?<field>[\\w.[\\]]+): (?:Invalid value: (?<value>[^]*?): (?:field is immutable|may not change once set|cannot change roleRef)|Forbidden: (?:spec is immutable after creation|field is immutable|updates to statefulset spec for fields other than|updates to \\w+ are forbidden|field can not be less))`,
    ),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'Deployment/app-a/app-a dry-run failed (Invalid): Deployment.apps "app-a" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"new"}}: field is immutable',
      },
      {
        reason: 'ReconciliationFailed',
        message:
          "StatefulSet/app-a/db dry-run failed (Invalid): StatefulSet.apps \"db\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      },
      {
        reason: 'ReconciliationFailed',
        message:
          'PersistentVolumeClaim/app-a/data dry-run failed (Forbidden): PersistentVolumeClaim "data" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      },
      {
        reason: 'UpgradeFailed',
        message:
          'Helm upgrade failed for release app-b/app-b with chart podinfo@0.1.0: cannot patch "app-b" with kind Deployment: Deployment.apps "app-b" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"new"}}: field is immutable',
      },
    ],
    problem: (found) =>
      `\`${found['field']}\` of ${thing(found)} cannot be changed once the object exists${optional('; the commit wants ', shortValue(found['value']))}, and ${rest}`,
    next: (_, at) =>
      at.kind === 'HelmRelease'
        ? `Restore the old value in ${inFleet(at)}, or remove the object so that Helm creates it again; then run ${up}`
        : `Set \`force: true\` for ${inFleet(at)}, so that Flux deletes the object and creates it again, or restore the old value; then run ${up}`,
  },
  {
    ...apply,
    id: 'schema-value',
    title: 'A field has a value that is not allowed',
    pattern: new RegExp(
      `${object}${invalid}(?<field>[\\w.[\\]]+): Unsupported value: (?<value>"[^"]*"|\\S+): supported values: (?<values>[^\\n\\]]*?)(?=, [\\w.[\\]]+: |[\\]\\n]|$)`,
    ),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'Deployment/app-a/app-a dry-run failed (Invalid): Deployment.apps "app-a" is invalid: [spec.template.spec.restartPolicy: Unsupported value: "retry": supported values: "Always", "OnFailure", "Never", spec.template.spec.restartPolicy: Unsupported value: "retry": supported values: "Always"]\nNamespace/app-a created',
      },
    ],
    problem: (found) =>
      `\`${found['field']}\` of ${thing(found)} is ${found['value']}, and can only be ${found['values']}; ${rest}`,
    next: ({ field }, at) => `Fix \`${field}\` of ${inFleet(at)}, and run ${up}`,
  },
  {
    ...apply,
    id: 'schema-required',
    title: 'A field is missing',
    pattern: new RegExp(`${object}${invalid}(?<field>[\\w.[\\]]+): Required value`),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'Deployment/app-a/app-a dry-run failed (Invalid): Deployment.apps "app-a" is invalid: spec.template.spec.containers[0].image: Required value\nNamespace/app-a created',
      },
    ],
    problem: (found) => `\`${found['field']}\` of ${thing(found)} is missing; ${rest}`,
    next: ({ field }, at) => `Add \`${field}\` to ${inFleet(at)}, and run ${up}`,
  },
  {
    ...apply,
    id: 'schema-type',
    title: 'A field has the wrong type, or does not exist',
    pattern: new RegExp(
      `${object}(?:(?<field>\\.[\\w.[\\]="]+): (?:expected (?<wanted>[^,]+), got (?<got>[^\\n]*)|field not declared in schema)|(?:strict decoding error: )?unknown field "(?<unknown>[^"]+)"|cannot unmarshal (?<found>\\w+) into Go struct field (?<at>\\S+) of type (?<type>\\S+))`,
    ),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'Deployment/app-a/app-a dry-run failed: failed to create typed patch object (app-a/app-a; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string\nNamespace/app-a created',
      },
      {
        reason: 'ReconciliationFailed',
        message:
          'Deployment/app-a/app-a dry-run failed: failed to create typed patch object (app-a/app-a; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="app-a"].imag: field not declared in schema',
      },
      {
        reason: 'ReconciliationFailed',
        message:
          'Deployment/app-a/app-a dry-run failed (BadRequest): Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      },
    ],
    problem: (found) => {
      const field = found['field']?.replace(/^\./, '') || found['unknown'] || found['at']?.replace(/^\w+\./, '');
      const wanted = found['wanted'] || found['type'];
      const got = found['got'] || found['found'];
      const fault = wanted ? `must be ${wanted}, and is ${shortValue(got)}` : 'does not exist';
      return `field \`${field}\` of ${thing(found)} ${fault}; ${rest}`;
    },
    next: (_, at) => `Fix the field in ${inFleet(at)}, and run ${up}`,
  },
  {
    ...apply,
    id: 'too-large',
    title: 'An object is too large',
    pattern: new RegExp(
      `${object}(?:Too long: may not be more than (?<bytes>\\d+) bytes|[Rr]equest (?:entity|body)? ?(?:is )?too large)`,
    ),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'ConfigMap/default/big dry-run failed (Invalid): ConfigMap "big" is invalid: []: Too long: may not be more than 1048576 bytes',
      },
      {
        reason: 'ReconciliationFailed',
        message:
          'ConfigMap/default/big dry-run failed (RequestEntityTooLarge): Request entity too large: limit is 3145728',
      },
    ],
    problem: (found) =>
      `${thing(found)} is larger than Kubernetes takes${optional(', at most ', found['bytes'] && `${found['bytes']} bytes`)}; ${rest}`,
    next: (_, at) => `Move data out of the object of ${inFleet(at)}: into the image, a volume, or several objects`,
  },
  {
    ...apply,
    id: 'invalid-value',
    title: 'A field has an invalid value',
    pattern: new RegExp(
      `${object}${invalid}(?<field>[\\w.[\\]]+): (?:Invalid value|Duplicate value|Forbidden|Too many|Too long): (?<fault>[^\\n]*)`,
    ),
    examples: [
      {
        reason: 'ReconciliationFailed',
        message:
          'ConfigMap/default/C_x dry-run failed (Invalid): ConfigMap "C_x" is invalid: metadata.name: Invalid value: "C_x": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters',
      },
      {
        reason: 'ReconciliationFailed',
        message:
          "ConfigMap/default/c dry-run failed (Invalid): ConfigMap \"c\" is invalid: metadata.labels: Invalid value: \"b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'",
      },
    ],
    problem: (found) => `\`${found['field']}\` of ${thing(found)} is not valid: ${shortValue(found['fault'])}; ${rest}`,
    next: ({ field }, at) => `Fix \`${field}\` of ${inFleet(at)}, and run ${up}`,
  },
  {
    ...apply,
    id: 'field-manager-conflict',
    title: 'Another program owns a field',
    pattern: new RegExp(
      `${object}(?:Apply failed with \\d+ conflicts?: conflicts? with "(?<manager>[^"]+)"[^:]*: (?<field>\\S+)|FieldManagerConflict)`,
    ),
    examples: [
      {
        reason: 'UpgradeFailed',
        message:
          'Helm upgrade failed for release app-b/app-b with chart podinfo@0.1.0: conflict occurred while applying object app-b/app-b apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.replicas',
      },
    ],
    problem: ({ manager, field }) =>
      `${manager ? `\`${manager}\` owns field \`${field}\`` : 'another program owns a field'} of an object, so Flux does not change it`,
    next: (_, at) => `Remove the field from ${inFleet(at)}, or undo the other program's change`,
  },
];
