import { cipherText } from '../../manifests/site';
import { list, map, object, type RefusedForm } from './form';

const a = { 'a.yaml': map('a') };
const secret = (rest: string) => `apiVersion: builtin\nkind: SecretGenerator\nmetadata: { name: s }\n${rest}`;

/** Folders that synth refuses as Flux does not run what they have, or as a secret would be in Git in plain text. */
export const unsupportedForms: readonly RefusedForm[] = [
  {
    form: 'a plugin',
    files: {
      'kustomization.yaml': 'resources: [a.yaml]\ntransformers: [t.yaml]\n',
      ...a,
      't.yaml':
        'apiVersion: example.com/v1\nkind: Tagger\nmetadata:\n  name: t\n  annotations:\n    config.kubernetes.io/function: |\n      container: { image: example.com/tagger }\n',
    },
    message: [
      'deploy/kustomization.yaml: `Tagger` is a plugin, and Flux runs only what is built into kustomize.',
      '  Use what is built into kustomize, or commit what the plugin makes.',
    ],
  },
  {
    form: 'a chart in a kustomization',
    files: { 'kustomization.yaml': 'helmCharts: [{ name: redis, repo: https://example.com, version: 1.0.0 }]\n' },
    message: [
      'deploy/kustomization.yaml: `helmCharts` is not supported: Flux runs no Helm within kustomize.',
      '  Use `helmApp` for the chart.',
    ],
  },
  {
    form: 'a chart in a generator',
    files: {
      'kustomization.yaml': 'generators: [g.yaml]\n',
      'g.yaml': 'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: { name: g }\nname: redis\n',
    },
    message: [
      'deploy/kustomization.yaml: `HelmChartInflationGenerator` is not supported: Flux runs no Helm within kustomize.',
      '  Use `helmApp` for the chart.',
    ],
  },
  {
    form: 'a secretGenerator of literals',
    files: { 'kustomization.yaml': 'secretGenerator: [{ name: s, literals: [a=hunter2] }]\n' },
    message: [
      'deploy/kustomization.yaml: `secretGenerator` has literals, which are plain text.',
      "  Add its keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`.",
    ],
  },
  {
    form: 'a secretGenerator of a plain file',
    files: {
      'kustomization.yaml': 'secretGenerator: [{ name: s, files: [password], envs: [s.env] }]\n',
      password: 'hunter2',
      's.env': 'A=hunter2\n',
    },
    message: [
      'deploy/kustomization.yaml: `secretGenerator` makes a Secret of `password`, which is plain text.',
      "  Add the keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`; or encrypt the file with `sops encrypt --in-place`, and list it under `secretGenerator`.",
      'deploy/kustomization.yaml: `secretGenerator` makes a Secret of `s.env`, which is plain text.',
      "  Add the keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`; or encrypt the file with `sops encrypt --in-place`, and list it under `secretGenerator`.",
    ],
  },
  {
    form: 'a SecretGenerator of variables, which Flux does not decrypt',
    files: {
      'kustomization.yaml': 'generators: [g.yaml]\n',
      'g.yaml': secret('envs: [s.env]\n'),
      's.env': `A=${cipherText('a')}\nsops_mac=${cipherText('mac')}\n`,
    },
    message: [
      'deploy/kustomization.yaml: `SecretGenerator` is not supported: Flux decrypts no variables of it.',
      "  Add the keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`; or encrypt the file with `sops encrypt --in-place`, and list it under `secretGenerator`.",
    ],
  },
  {
    form: 'a Secret of which SOPS has encrypted all',
    files: {
      's.yaml': `apiVersion: ${cipherText('v1')}\nkind: ${cipherText('Secret')}\nmetadata:\n  name: ${cipherText('s')}\nsops:\n  mac: ${cipherText('mac')}\n`,
    },
    message: [
      'deploy/s.yaml: SOPS has encrypted the kind, too, so that Flux cannot apply the object.',
      "  Run `sops decrypt --in-place` on it, and `sops encrypt --in-place --encrypted-regex '^(data|stringData)$'`.",
    ],
  },
  {
    form: 'a Secret in plain text in a list',
    files: {
      'a.yaml': list('List', object('v1/Secret', 's', { stringData: { a: 'hunter2' } })),
    },
    message: [
      'deploy/a.yaml: `a` of Secret `s` is plain text.',
      "  Add its keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`.",
      'deploy/a.yaml: Secret `s` is inside another object, where Flux decrypts nothing.',
      "  Add its keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`.",
    ],
  },
];
