import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';

import type { Clone } from './clone';
import type { Observed } from './observe';

interface Failure {
  /** The entries of the catalogue that explain it; the second one where the registry can be reached. */
  readonly rules: readonly string[];
  readonly container?: object;
  readonly pod?: object;
  /** What the app has besides its Deployment. */
  readonly others?: readonly object[];
}

const podinfo = 'ghcr.io/stefanprodan/podinfo';
const probe = (check: object) => ({ readinessProbe: { ...check, periodSeconds: 1, failureThreshold: 1 } });
const named = (kind: string, name: string, rest: object) => ({ apiVersion: 'v1', kind, metadata: { name }, ...rest });
const claimed = (claimName: string) => ({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] });
const env = (key: string) => ({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key } } }] });

/** Apps that fail for one reason each. Their time is short, as Flux looks after four apps at a time. */
const failures: Readonly<Record<string, Failure>> = {
  'no-image': { rules: ['image-registry-unreachable', 'image-not-found'], container: { image: `${podinfo}:0.0.0` } },
  'never-pulled': { rules: ['image-never-pulled'], container: { image: `${podinfo}:0.0.1`, imagePullPolicy: 'Never' } },
  'no-command': { rules: ['command-missing'], container: { command: ['/nowhere'] } },
  'crash-loop': { rules: ['crash-loop'], container: { args: ['--port=none'] } },
  'no-settings': { rules: ['config-object-missing'], container: env('a') },
  'no-key': {
    rules: ['config-key-missing'],
    container: env('a'),
    others: [named('ConfigMap', 'settings', { data: {} })],
  },
  'nothing-listens': { rules: ['probe-refused'], container: probe({ tcpSocket: { port: 9999 } }) },
  'bad-answer': { rules: ['probe-status'], container: probe({ httpGet: { path: '/status/500', port: 9898 } }) },
  'too-large': { rules: ['node-resources'], container: { resources: { requests: { cpu: '1000' } } } },
  'no-node': { rules: ['node-selector'], pod: { nodeSelector: { disk: 'none' } } },
  'no-claim': { rules: ['claim-missing'], pod: claimed('data') },
  'no-account': { rules: ['service-account-missing'], pod: { serviceAccountName: 'nobody' } },
  'no-quota': {
    rules: ['quota-exceeded'],
    others: [named('ResourceQuota', 'none', { spec: { hard: { pods: '0' } } })],
  },
};

function deployment({ container, pod }: Failure): object {
  const labels = { app: 'web' };
  const secure = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const web = { name: 'web', image: `${podinfo}:6.9.2`, securityContext: secure, ...container };
  const securityContext = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };
  const template = { metadata: { labels }, spec: { securityContext, ...pod, containers: [web] } };
  return named('Deployment', 'web', { apiVersion: 'apps/v1', spec: { selector: { matchLabels: labels }, template } });
}

interface Explained {
  readonly clusters: readonly { readonly causes: readonly { readonly unit: string; readonly rule?: string }[] }[];
}

/**
 * The tests of failures that are made for real, on a fleet that is up and as its `fleet.ts`, which they leave so.
 *
 * @param clone gives the clone of the fleet, once it is there
 * @param cluster gives its cluster dev
 */
export function theFailures(clone: () => Clone, cluster: () => Observed): void {
  describe('failures made for real', () => {
    let before = '';
    const names = Object.keys(failures);

    it('are explained, each by its entry in the catalogue', async () => {
      before = readFileSync(clone().path('fleet.ts'), 'utf8');
      for (const [name, failure] of Object.entries(failures)) {
        mkdirSync(clone().path('deploy', name), { recursive: true });
        const objects = [deployment(failure), ...(failure.others ?? [])];
        writeFileSync(
          clone().path('deploy', name, 'web.yaml'),
          objects.map((object) => stringify(object)).join('---\n'),
        );
      }
      clone().edit('webApp }', 'kustomizeApp, webApp }');
      clone().edit(
        '  apps: {',
        `  apps: {\n${names.map((name) => `'${name}': kustomizeApp({ folder: 'deploy/${name}', timeout: '10s' }),`).join('\n')}`,
      );
      clone().edit('    dev: {', `    dev: { ${names.map((name) => `'${name}': {}`).join(', ')},`);
      expect(await clone().fleet('push', '--no-wait')).toMatchObject({ exitCode: 0 });
      const start = Date.now();
      const found = new Map<string, { rule: string; at: number }>();
      while (names.some((name) => !found.has(name)) && Date.now() - start < 180_000) {
        const { stdout } = await clone().fleet('explain', '--cluster', 'dev', '--json');
        for (const { unit, rule } of (JSON.parse(stdout) as Explained).clusters.flatMap(({ causes }) => causes)) {
          if (rule && (failures[unit]?.rules.includes(rule) ?? false) && !found.has(unit))
            found.set(unit, { rule, at: Date.now() });
        }
        await sleep(500);
      }
      const warnings = await cluster().warnings();
      const lines = [...found].map(([name, { rule, at }]) => {
        const [pushed, warned] = [start, warnings.get(name) ?? NaN].map((since) => Math.round((at - since) / 1000));
        return `${name}: ${rule}, ${warned} s after Kubernetes' first warning, ${pushed} s after the push`;
      });
      console.log(lines.join('\n'));
      expect([...found.keys()].sort()).toEqual([...names].sort());
    });

    it('are over with the commit that removes them', async () => {
      writeFileSync(clone().path('fleet.ts'), before);
      const ids = names.map((name) => `namespace/${name}@dev`);
      expect(await clone().fleet('push', '--allow-delete', ...ids)).toMatchObject({ exitCode: 0 });
      expect(await clone().fleet('status')).toMatchObject({ exitCode: 0 });
    });
  });
}
