import { fluxNamespace } from '../../../model';
import type { Rule } from '../rule';
import { inFleet, kubectl, objectsIn, optional, up } from './phrases';

const kinds = ['Kustomization'];

/** What Flux waits for, and how its objects are set up. */
export const fluxRules: readonly Rule[] = [
  {
    kinds: ['Kustomization', 'HelmRelease', 'GitRepository', 'HelmRepository', 'OCIRepository', 'HelmChart'],
    reasons: ['Suspended'],
    id: 'suspended',
    title: 'Somebody has suspended it',
    pattern: /(?:by (?<who>[^:]+))?(?:: (?<why>[^]*))?$/,
    examples: [
      { reason: 'Suspended', message: 'by ada: database migration' },
      { reason: 'Suspended', message: '' },
    ],
    problem: ({ who, why }, { kind, name }) =>
      `${kind} ${name} is suspended${optional(' by ', who)}${optional(', reason: ', why)}; until it is resumed, no commit is applied and nothing is corrected`,
    next: (_, at) =>
      `Run ${kubectl(at, `patch ${plural(at.kind)} ${at.name} --type merge -p '{"spec":{"suspend":false}}'`)} when the reason is gone`,
    outcome: 'final',
  },
  {
    kinds,
    reasons: ['Missing'],
    id: 'unit-missing',
    title: 'The cluster does not have the app yet',
    pattern: /$/,
    examples: [{ reason: 'Missing', message: '' }],
    problem: (_, { unit, cluster }) =>
      `cluster ${cluster} has no Flux Kustomization \`${unit}\`: no commit with it has arrived there`,
    next: () => `Run ${up}, which publishes what \`fleet.ts\` declares and waits for it`,
    outcome: 'may heal',
  },
  {
    kinds,
    reasons: ['ArtifactFailed'],
    id: 'path-missing',
    title: 'The commit does not have the folder',
    pattern: /kustomization path not found: stat \/tmp\/kustomization-\d+\/(?<path>\S+): no such file or directory/,
    examples: [
      {
        reason: 'ArtifactFailed',
        message:
          'kustomization path not found: stat /tmp/kustomization-193699436/apps/app-a/overlays/dev: no such file or directory',
      },
    ],
    problem: ({ path }) =>
      `the commit has no folder \`${path}\`, which this Flux Kustomization applies; what it applied before runs on`,
    next: ({ path }, at) =>
      `Run ${up}, which publishes the folder again, or remove ${inFleet(at)} if it is not to run any more (\`git log -- ${path}\` has who removed it)`,
    outcome: 'final',
  },
  {
    kinds,
    reasons: ['ArtifactFailed'],
    id: 'source-missing',
    title: 'The source does not exist',
    pattern: /(?<kind>\w+)\.source\.toolkit\.fluxcd\.io "(?<name>[^"]+)" not found/,
    examples: [{ reason: 'ArtifactFailed', message: 'GitRepository.source.toolkit.fluxcd.io "flux-system" not found' }],
    problem: ({ kind, name }) => `${kind} \`${name}\`, from which this is applied, is not in the cluster`,
    next: () =>
      `Run ${up}, which creates what Pulumi made; add a source of your own to the manifests of its app or tenant`,
    outcome: 'may heal',
  },
  {
    kinds,
    reasons: ['ArtifactFailed'],
    id: 'source-not-fetched',
    title: 'The source was never fetched',
    pattern: /[Ss]ource (?:artifact not found|is not ready)/,
    examples: [
      { reason: 'ArtifactFailed', message: 'Source artifact not found, retrying in 30s' },
      { reason: 'ArtifactFailed', message: 'Source is not ready, artifact not found, retrying in 30s' },
    ],
    problem: () => 'the source was never fetched, so there is nothing to apply yet',
    next: (_, at) =>
      `Run ${kubectl(at, 'get gitrepositories,ocirepositories,buckets')} to see why the source is not ready`,
    outcome: 'may heal',
  },
  {
    kinds,
    reasons: ['ArtifactFailed'],
    id: 'artifact-download',
    title: 'Flux does not get what it has fetched',
    pattern: /failed to (?:download|verify) (?:archive|artifact)(?:[^]*?: )?(?<fault>[^:]*)$/,
    examples: [
      {
        reason: 'ArtifactFailed',
        message:
          'failed to download archive: GET http://source-controller.flux-system.svc.cluster.local./gitrepository/flux-system/flux-system/1f2e.tar.gz giving up after 10 attempt(s): connection refused',
      },
    ],
    problem: ({ fault }) => `kustomize-controller does not get the commit from source-controller (${fault?.trim()})`,
    next: (_, at) => `Run ${kubectl({ ...at, namespace: fluxNamespace }, 'get pods')}: source-controller must be ready`,
    outcome: 'may heal',
  },
  {
    kinds: ['Kustomization', 'HelmRelease', 'HelmChart'],
    reasons: ['AccessDenied'],
    id: 'cross-namespace',
    title: 'A reference to another namespace is not allowed',
    pattern: /(?:can't access|cannot access) '?(?<object>[^',]+)'?/,
    examples: [
      {
        reason: 'AccessDenied',
        message: "can't access 'GitRepository/default/shop', cross-namespace references have been blocked",
      },
      {
        kind: 'HelmRelease',
        reason: 'AccessDenied',
        message: 'cross-namespace references are not allowed: cannot access GitRepository default/shop',
      },
    ],
    problem: ({ object }, { kind, name }) =>
      `${kind} ${name} refers to ${object} in another namespace, which the fleet does not allow: teams are kept apart; Flux does not try again`,
    next: (_, at) => `Add a source of its own to namespace ${at.namespace}, and refer to that`,
    outcome: 'final',
  },
  {
    kinds: ['Kustomization', 'HelmRelease'],
    reasons: ['DependencyNotReady'],
    id: 'dependency-missing',
    title: 'What it comes after does not exist',
    pattern:
      /dependency '(?:[^'/]+\/)?(?<name>[^']+)' not found|unable to get '(?:[^'/]+\/)?(?<release>[^']+)' dependency/,
    examples: [
      {
        reason: 'DependencyNotReady',
        message: `dependency 'flux-system/nothing' not found: kustomizations.kustomize.toolkit.fluxcd.io "nothing" not found`,
      },
    ],
    problem: ({ name, release }) => `it comes after \`${name || release}\`, which the cluster does not have`,
    next: ({ name, release }, at) =>
      `Add \`${name || release}\` to \`runs\` of cluster ${at.cluster} in \`fleet.ts\`, or remove it from \`after\` of \`${at.unit}\`; then run ${up}`,
    outcome: 'may heal',
  },
  {
    kinds: ['Kustomization', 'HelmRelease'],
    reasons: ['DependencyNotReady'],
    id: 'dependency-not-ready',
    title: 'What it comes after is not ready',
    pattern: /dependency '(?:[^'/]+\/)?(?<name>[^']+)' (?<state>is not ready|revision is not up to date)/,
    examples: [
      { reason: 'DependencyNotReady', message: "dependency 'flux-system/app-a' is not ready" },
      { reason: 'DependencyNotReady', message: "dependency 'flux-system/app-a' revision is not up to date" },
    ],
    problem: ({ name, state }) =>
      state === 'is not ready'
        ? `it waits for \`${name}\`, which is not ready`
        : `it waits until \`${name}\` has applied this commit`,
    next: ({ name }) => `Run \`npm run fleet -- explain ${name}\` to see why that is not ready`,
    outcome: 'may heal',
  },
  {
    kinds: ['Kustomization', 'HelmRelease', 'Receiver'],
    reasons: ['InvalidCELExpression'],
    id: 'cel-expression',
    title: 'A health check is not a valid expression',
    pattern:
      /^[^]*?CEL expression '(?<expression>[^']*)': ERROR: <input>:\d+:(?<column>\d+): (?<fault>[^\n]*)|(?<words>[^\n]*)/,
    examples: [
      {
        reason: 'InvalidCELExpression',
        message:
          "Reconciliation failed terminally due to configuration error: failed to create custom status evaluator for healthchecks[0]: failed to parse the expression Current: failed to parse the CEL expression 'status.(': ERROR: <input>:1:8: Syntax error: no viable alternative at input '.('\n | status.(\n | .......^",
      },
    ],
    problem: ({ expression, column, fault, words }) =>
      expression
        ? `the expression \`${expression}\` is not valid at character ${column} (${fault}); Flux does not try again`
        : `an expression is not valid: ${words}; Flux does not try again`,
    next: (_, at) => `Fix the expression in \`health\` of ${inFleet(at)}, and run ${up}`,
    outcome: 'final',
  },
  {
    kinds: ['Kustomization', 'HelmRelease'],
    reasons: ['FeatureGateDisabled'],
    id: 'feature-gate',
    title: "A feature of Flux's is off",
    pattern: /(?<words>[^]*)/,
    examples: [{ reason: 'FeatureGateDisabled', message: 'ExternalArtifact feature gate is disabled' }],
    problem: ({ words }) => `it needs a feature of Flux's that is off in this fleet: ${words}`,
    next: () => 'Remove what needs it from the object',
    outcome: 'final',
  },
  {
    kinds,
    reasons: ['HealthCheckFailed'],
    id: 'health-undetermined',
    title: 'Flux cannot tell whether an object is ready',
    pattern: /can't determine status for '?(?<object>[^':\]]+)/,
    examples: [
      {
        reason: 'HealthCheckFailed',
        message: "health check failed after 1.2s: can't determine status for 'Widget/app-a/w'",
      },
    ],
    problem: ({ object }) => `everything was applied, and Flux cannot tell whether ${object} is ready`,
    next: (_, at) => `Add a check for its kind to \`health\` of ${inFleet(at)}, and run ${up}`,
    outcome: 'final',
  },
  {
    kinds,
    reasons: ['HealthCheckFailed'],
    id: 'not-ready-in-time',
    title: 'What was applied is not ready',
    pattern: /(?<early>failed early due to stalled resources)?[^[]*\[(?<objects>[^\]]*)\]/,
    examples: [
      {
        reason: 'HealthCheckFailed',
        message:
          "health check failed after 30.29993182s: timeout waiting for: [Deployment/app-a/app-a status: 'InProgress']",
      },
      {
        reason: 'HealthCheckFailed',
        message:
          "health check failed after 2.1s: failed early due to stalled resources: [HelmRelease/flux-system/app-b status: 'Failed']",
      },
    ],
    problem: ({ early, objects }) =>
      `the commit is applied, and ${objectsIn(objects)} ${early ? 'has failed' : 'did not become ready in time'}; Flux checks again`,
    next: ({ objects }, at) => {
      const [kind = '', namespace = '', name = ''] = (objects ?? '').split(' ')[0]!.split('/');
      return `Run ${kubectl({ ...at, namespace }, `describe ${kind.toLowerCase()} ${name}`)}, and fix what it names in ${inFleet(at)}`;
    },
    outcome: 'may heal',
  },
];

function plural(kind: string): string {
  const names: Readonly<Record<string, string>> = {
    Kustomization: 'kustomizations.kustomize.toolkit.fluxcd.io',
    GitRepository: 'gitrepositories',
    HelmRepository: 'helmrepositories',
    OCIRepository: 'ocirepositories',
  };
  return names[kind] ?? `${kind.toLowerCase()}s`;
}
