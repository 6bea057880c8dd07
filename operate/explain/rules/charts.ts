import type { Rule } from '../rule';
import { inFleet, optional, up } from './phrases';

const chart = { kinds: ['HelmChart'], outcome: 'final' } as const;
const kept = 'the last good release stays as it is';

/** Why Flux has no chart. */
export const chartRules: readonly Rule[] = [
  {
    ...chart,
    id: 'chart-version-missing',
    title: 'The chart has no such version',
    pattern:
      /no '(?<chart>[^']+)' chart with version matching '(?<version>[^']*)' found|no chart version found for (?<oci>\S+)/,
    examples: [
      {
        reason: 'ChartPullError',
        message:
          "chart pull error: failed to get chart version for remote reference: no 'podinfo' chart with version matching '>=99.0.0' found",
      },
    ],
    problem: ({ chart, oci, version }) =>
      `the chart repository has no version ${optional('`', version && `${version}\``)} of chart \`${chart || oci}\`; ${kept}`,
    next: (_, at) => `Set a \`version\` that exists for the chart of ${inFleet(at)}, and run ${up}`,
  },
  {
    ...chart,
    id: 'chart-path-missing',
    title: 'The chart is not in the repository',
    reasons: ['InvalidChartReference'],
    pattern: /^[^]*?stat \S*?\/source\/(?<path>\S+): no such file or directory|(?<fault>[^]*)/,
    examples: [
      {
        reason: 'InvalidChartReference',
        message:
          'invalid chart reference: stat /tmp/helmchart-flux-system-flux-system-app-b-2831678667/source/charts/nothing: no such file or directory',
      },
      { reason: 'InvalidChartReference', message: 'invalid chart reference: chart name cannot be empty' },
    ],
    problem: ({ path, fault }) =>
      `${path ? `the commit has no chart in \`${path}\`` : `the chart cannot be found (${fault?.replace('invalid chart reference: ', '')})`}; ${kept}`,
    next: (_, at) => `Fix \`chart\` of ${inFleet(at)}, or add the chart's folder; then run ${up}`,
  },
  {
    ...chart,
    id: 'chart-dependency',
    title: 'A dependency of the chart cannot be fetched',
    reasons: ['DependencyBuildError'],
    pattern:
      /(?:dependency build error: )?(?:failed to add (?:remote|local) dependency '(?<name>[^']+)': )?(?<fault>[^]*)/,
    examples: [
      {
        reason: 'DependencyBuildError',
        message:
          "dependency build error: failed to add remote dependency 'redis': no repository for dependency 'redis' found",
      },
    ],
    problem: ({ name, fault }) =>
      `${name ? `dependency \`${name}\`` : 'a dependency'} of the chart cannot be fetched (${fault}); ${kept}`,
    next: (_, at) =>
      `Put the dependency into \`charts/\` of the chart of ${inFleet(at)}, or fix it in Chart.yaml; then run ${up}`,
    outcome: 'may heal',
  },
  {
    ...chart,
    id: 'chart-values-file',
    title: "The chart's values file is missing",
    reasons: ['ValuesFilesError'],
    pattern: /^[^]*?no values file found at path '\/?(?<path>[^']+)'|(?<fault>[^]*)/,
    examples: [
      {
        reason: 'ValuesFilesError',
        message: "values files merge error: no values file found at path '/nothing.yaml' (reference 'nothing.yaml')",
      },
    ],
    problem: ({ path, fault }) =>
      `the chart's values file ${path ? `\`${path}\` is not there` : `cannot be read: ${fault}`}; ${kept}`,
    next: () => `Fix \`valuesFiles\` of the HelmRelease, and run ${up}`,
  },
  {
    ...chart,
    id: 'chart-source-missing',
    title: "The chart's source is missing or was never fetched",
    reasons: ['SourceUnavailable', 'NoSourceArtifact', 'UnsupportedSourceKind'],
    pattern:
      /^(?:[^]*?no artifact available for (?<kind>\w+) source '(?<name>[^']+)'|[^]*?(?<missing>\w+)\.source\.\S+ "(?<gone>[^"]+)" not found|(?<fault>[^]*))/,
    examples: [
      { reason: 'NoSourceArtifact', message: "no artifact available for HelmRepository source 'acme'" },
      {
        reason: 'SourceUnavailable',
        message: 'failed to get source: GitRepository.source.toolkit.fluxcd.io "nothing" not found',
      },
    ],
    problem: ({ kind, name, missing, gone, fault }) =>
      gone
        ? `the chart is to come from ${missing} \`${gone}\`, which does not exist`
        : name
          ? `the chart is to come from ${kind} \`${name}\`, which was never fetched`
          : `the chart has no source: ${fault}`,
    next: (_, at) => `Fix the chart's source of ${inFleet(at)}, and run ${up}`,
    outcome: 'may heal',
  },
  {
    ...chart,
    id: 'chart-failed',
    title: 'The chart cannot be packaged',
    pattern: /(?<fault>[^]+)/,
    examples: [
      { reason: 'ChartPackageError', message: 'chart package error: something new' },
      {
        reason: 'ChartVerificationError',
        message: 'chart verification error: failed to verify the signature: no matching signatures',
      },
    ],
    problem: ({ fault }) => `Flux cannot make the chart ready: ${fault}; ${kept}`,
    next: (_, at) => `Fix the chart of ${inFleet(at)}, and run ${up}`,
  },
  {
    kinds: ['HelmRelease'],
    reasons: ['SourceNotReady', 'ArtifactFailed'],
    id: 'chart-not-ready',
    title: 'The chart of the release is not ready',
    pattern: /(?:(?<kind>\w+) '(?<name>[^']+)' is not ready: )?(?<fault>[^]*)/,
    examples: [
      {
        reason: 'SourceNotReady',
        message:
          "HelmChart 'flux-system/flux-system-app-b' is not ready: latest generation of object has not been reconciled",
      },
      {
        reason: 'ArtifactFailed',
        message:
          "Could not load chart: failed to download chart from 'http://source-controller/x.tgz' (status: 404 Not Found)",
      },
    ],
    problem: ({ fault }) => `the release waits for its chart: ${fault}; ${kept}`,
    next: (_, at) =>
      `Run \`${at.kubectl} -n ${at.namespace} describe helmcharts\` if it stays so; its source is the chart of ${inFleet(at)}`,
    outcome: 'may heal',
  },
];
