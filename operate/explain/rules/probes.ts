import type { Found, Rule } from '../rule';
import { inFleet, kubectl, optional, up } from './phrases';

const pod = { kinds: ['Pod'], outcome: 'may heal' } as const;

/** Why containers that run are not ready. */
export const probeRules: readonly Rule[] = [
  {
    ...pod,
    id: 'probe-status',
    title: 'The probe gets another answer than it wants',
    reasons: ['Unhealthy', 'ProbeWarning'],
    pattern: /(?<probe>\w+) probe failed: HTTP probe failed with statuscode: (?<status>\d+)/,
    examples: [
      {
        reason: 'Unhealthy',
        message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
        details: { container: 'web', path: '/readyz', port: '9898' },
      },
      {
        reason: 'Unhealthy',
        message: 'Liveness probe failed: HTTP probe failed with statuscode: 500',
        details: { container: 'web', path: '/healthz', port: '9898' },
      },
    ],
    problem: (found) =>
      `container \`${found['container']}\` answers its ${lower(found['probe'])} probe at \`${found['path']}\` on port ${found['port']} with status ${found['status']}, so ${effectOf(found)}`,
    next: (_, at) => `Fix why the app is not ready: ${kubectl(at, `logs ${at.name}`)}; or the path in ${inFleet(at)}`,
  },
  {
    ...pod,
    id: 'probe-refused',
    title: 'Nothing listens where the probe asks',
    reasons: ['Unhealthy'],
    pattern: /(?<probe>\w+) probe failed: .*dial tcp \S+?:(?<port>\d+): connect: connection refused/,
    examples: [
      {
        reason: 'Unhealthy',
        message:
          'Readiness probe failed: Get "http://10.244.0.24:1234/readyz": dial tcp 10.244.0.24:1234: connect: connection refused',
        details: { container: 'web', path: '/readyz', port: '1234' },
      },
      {
        reason: 'Unhealthy',
        message: 'Readiness probe failed: dial tcp 10.244.0.19:1234: connect: connection refused',
        details: { container: 'web', port: '1234' },
      },
    ],
    problem: (found) =>
      `nothing in container \`${found['container']}\` listens on port ${found['port']}, where its ${lower(found['probe'])} probe asks, so ${effectOf(found)}`,
    next: (_, at) =>
      `Fix the port in ${inFleet(at)} and run ${up}, or look why the app does not listen: ${kubectl(at, `logs ${at.name}`)}`,
  },
  {
    ...pod,
    id: 'probe-timeout',
    title: 'The probe gets no answer in time',
    reasons: ['Unhealthy'],
    pattern:
      /(?<probe>\w+) probe failed: (?:[^]*?(?:context deadline exceeded|Client\.Timeout|i\/o timeout)|command timed out: "(?<command>[^"]*)")/,
    examples: [
      {
        reason: 'Unhealthy',
        message:
          'Readiness probe failed: Get "http://10.244.0.24:9898/readyz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        details: { container: 'web', path: '/readyz', port: '9898' },
      },
      {
        reason: 'Unhealthy',
        message: 'Readiness probe failed: command timed out: "/home/app/check" timed out after 1s',
        details: { container: 'web' },
      },
    ],
    problem: (found) =>
      `container \`${found['container']}\` does not answer its ${lower(found['probe'])} probe in time${optional(' (', found['command'] && `\`${found['command']}\`)`)}, so ${effectOf(found)}`,
    next: (_, at) =>
      `Raise \`timeoutSeconds\` of the probe in ${inFleet(at)}, or fix why the app is slow; then run ${up}`,
  },
  {
    ...pod,
    id: 'probe-failed',
    title: 'The probe fails',
    reasons: ['Unhealthy'],
    pattern: /(?<probe>\w+) probe failed: (?<words>[^\n]*)/,
    examples: [
      {
        reason: 'Unhealthy',
        message: 'Readiness probe failed: Error: unknown flag: --nonsense\n\n      --backend-url strings',
        details: { container: 'web' },
      },
    ],
    problem: (found) =>
      `the ${lower(found['probe'])} probe of container \`${found['container']}\` fails (${found['words']}), so ${effectOf(found)}`,
    next: (_, at) => `Fix the probe or the app of ${inFleet(at)}, and run ${up}`,
  },
];

function lower(probe = ''): string {
  return probe.toLowerCase();
}

/** What comes of a probe that fails. */
function effectOf({ probe }: Found): string {
  return probe === 'Readiness' ? 'the pod gets no traffic' : 'Kubernetes starts it again and again';
}
