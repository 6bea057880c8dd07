import type { Rule } from '../rule';
import { inFleet, up } from './phrases';
import { install, kept, release, upgrade } from './release';

const fixValues: Rule['next'] = (_, at) => `Fix it in \`values\` of ${inFleet(at)}, and run ${up}`;

/** Why a release is not installed or upgraded. */
export const helmRules: readonly Rule[] = [
  {
    ...release,
    id: 'helm-values-schema',
    title: "A value does not fit the chart's schema",
    pattern: /don't meet the specifications of the schema[^]*?at '\/(?<path>[^']*)': (?<fault>[^\n]*)(?<more>\n- at)?/,
    examples: [
      {
        reason: 'InstallFailed',
        message: `${install} values don't meet the specifications of the schema(s) in the following chart(s):\npodinfo:\n- at '/replicas': got string, want integer`,
      },
      {
        reason: 'UpgradeFailed',
        message:
          `${upgrade} values don't meet the specifications of the schema(s) in the following chart(s):\npodinfo:\n- at '': additional properties 'replica' not allowed`.replace(
            "at ''",
            "at '/'",
          ),
      },
    ],
    problem: ({ path, fault, more }) =>
      `the chart does not take ${path ? `value \`${path?.replaceAll('/', '.')}\`` : 'the values'}: ${fault}${more ? ', and others' : ''}; ${kept}`,
    next: ({ path }, at) =>
      path
        ? `Fix \`values.${path.replaceAll('/', '.')}\` of ${inFleet(at)}, and run ${up}`
        : `Fix \`values\` of ${inFleet(at)}, and run ${up}`,
  },
  {
    ...release,
    id: 'helm-value-required',
    title: 'The chart wants a value',
    pattern: /execution error at \((?<template>[^)]*)\): (?<words>[^\n]*)/,
    examples: [
      {
        reason: 'InstallFailed',
        message: `${install} execution error at (podinfo/templates/secret.yaml:1:39): password must be set`,
      },
    ],
    problem: ({ template, words }) => `the chart refuses the values in ${template}: ${words}; ${kept}`,
    next: fixValues,
  },
  {
    ...release,
    id: 'helm-value-missing',
    title: 'A template uses a value that is not there',
    pattern:
      /(?<template>\S+\.\w+:\d+:\d+)\s+executing [^\n]*? at <(?<expression>[^>]*)>[^]*?nil pointer evaluating [^\n]*\.(?<key>\w+)/,
    examples: [
      {
        reason: 'InstallFailed',
        message: `${install} podinfo/templates/all.yaml:2:41\n  executing "podinfo/templates/all.yaml" at <.Values.deep.er.still>:\n    nil pointer evaluating interface {}.er`,
      },
    ],
    problem: ({ template, expression, key }) =>
      `the template ${template || 'of the chart'} uses \`${expression || key}\`, and the values have nothing above \`${key}\`; ${kept}`,
    next: ({ expression }, at) =>
      `Set ${expression ? `\`${expression.replace('.Values.', '')}\`` : 'the value'} in \`values\` of ${inFleet(at)}, and run ${up}`,
  },
  {
    ...release,
    id: 'helm-template-yaml',
    title: 'A template does not give valid YAML',
    pattern:
      /(?:YAML parse error on (?<template>[^:]+): (?:error converting YAML to JSON: )?|parsing (?<file>[^:]+): MalformedYAMLError: )(?<fault>[^\n]*)/,
    examples: [
      {
        reason: 'InstallFailed',
        message: `${install} error merging manifests: parsing podinfo/templates/all.yaml: MalformedYAMLError: yaml: mapping values are not allowed in this context`,
      },
      {
        reason: 'UpgradeFailed',
        message: `${upgrade} YAML parse error on podinfo/templates/all.yaml: error converting YAML to JSON: yaml: line 1: mapping values are not allowed in this context`,
      },
    ],
    problem: ({ template, file, fault }) =>
      `${template || file} of the chart does not give valid YAML with these values (${fault}); ${kept}`,
    next: (_, at) => `Fix the template, or the value that it takes from \`values\` of ${inFleet(at)}; then run ${up}`,
  },
  {
    ...release,
    id: 'helm-template',
    title: 'A template fails',
    pattern: /(?<template>\S+\/templates\/[^\s:]+:\d+(?::\d+)?)[^]*?: ?\s*(?<fault>[^\n]+)\s*$/,
    examples: [
      {
        reason: 'InstallFailed',
        message: `${install} podinfo/templates/all.yaml:2:4\n  executing "podinfo/templates/all.yaml" at <include "nothing" .>:\n    error calling include: template: no template "nothing" associated with template "gotpl"`,
      },
    ],
    problem: ({ template, fault }) => `the template ${template} fails: ${fault}; ${kept}`,
    next: (_, at) => `Fix the template, or \`values\` of ${inFleet(at)}; then run ${up}`,
  },
  {
    ...release,
    id: 'helm-object-taken',
    title: 'An object of the release belongs to somebody else',
    pattern:
      /(?:Unable to continue with \w+: )?(?<object>\w+ "[^"]+" in namespace "[^"]*"|\w+ "[^"]+") exists and cannot be imported/,
    examples: [
      {
        reason: 'InstallFailed',
        message: `${install} unable to continue with install: ConfigMap "shared" in namespace "app-b" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"`,
      },
    ],
    problem: ({ object }) =>
      `the chart has ${object?.replaceAll('"', '`')}, which is in the cluster already and is not of this release; ${kept}`,
    next: (_, at) => `Remove the object from the cluster, or rename it in \`values\` of ${inFleet(at)}; then run ${up}`,
  },
  {
    kinds: ['HelmRelease'],
    reasons: ['ValuesError'],
    id: 'helm-values-source',
    title: 'The values are in an object that is missing',
    pattern:
      /could not resolve (?:optional )?(?<kind>\w+) chart values reference '(?<object>[^']+)'(?: with key '(?<key>[^']+)')?: (?<fault>[^\n]*)/,
    examples: [
      {
        reason: 'ValuesError',
        message: `could not resolve Secret chart values reference 'flux-system/missing' with key 'values.yaml': secrets "missing" not found`,
      },
      {
        reason: 'ValuesError',
        message: "could not resolve Secret chart values reference 'flux-system/app-b' with key 'nokey': key not found",
      },
    ],
    problem: ({ kind, object, key, fault }) =>
      /key/.test(fault ?? '')
        ? `the values need key \`${key}\` of ${kind} \`${object}\`, which has no such key; ${kept}`
        : `the values need ${kind} \`${object}\`: ${fault?.includes('not found') ? 'it does not exist' : fault}; ${kept}`,
    next: ({ kind, key }, at) =>
      kind === 'Secret'
        ? `Set it with \`npm run fleet -- secrets set ${at.cluster} ${at.unit} ${key || 'KEY'}\`, and run ${up}`
        : `Add the ${kind}, or remove it from \`valuesFrom\` of ${inFleet(at)}; then run ${up}`,
    outcome: 'may heal',
  },
];
