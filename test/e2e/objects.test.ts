import { mkdirSync, writeFileSync } from 'node:fs';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Clone } from './clone';
import { Observed } from './observe';

let clone: Clone;
const dev = () => new Observed(clone.path('.fleet', 'kubeconfig', 'dev'));

/** What of the test's fleet changes from step to step. */
interface Step {
  /** Of app-a. */
  readonly message?: string;
  /** Of the Helm release app-b. */
  readonly values?: string;
}

/** One cluster that runs one of everything. */
function writeFleet({ message = 'first', values = '{}' }: Step): void {
  writeFileSync(
    clone.path('fleet.ts'),
    `import { k8s } from 'cdk8s-plus-28';
import images from './images.json';
import { cdk8sApp, defineFleet, folderSource, gitChart, helmApp, kind, kustomizeApp, tenant, webApp } from './model';

const podinfo = { ...images.podinfo, port: 9898 };
export default defineFleet({
  clusters: { dev: kind() },
  apps: {
    'app-a': webApp({ ...podinfo, env: { PODINFO_UI_MESSAGE: '${message}', PODINFO_UI_COLOR: '#123456' } }),
    'app-b': helmApp({ chart: gitChart('charts/podinfo'), values: { ...images.podinfo }, test: true, timeout: '40s', remediation: { retries: 1 } }),
    'app-c': webApp({ ...podinfo, after: ['app-a'] }),
    folder: kustomizeApp({ folder: 'deploy/folder' }),
    own: cdk8sApp({ construct: (scope) => void new k8s.KubeConfigMap(scope, 'map', { metadata: { name: 'own' }, data: { a: 'b' } }) }),
  },
  tenants: { 'team-a': tenant({ source: folderSource('tenants/team-a') }) },
  runs: {
    dev: {
      'app-a': {
        env: { PODINFO_UI_COLOR: null },
        patches: {
          Deployment: { spec: { template: { spec: { terminationGracePeriodSeconds: 45 } } } },
          Service: [{ op: 'add', path: '/spec/sessionAffinity', value: 'ClientIP' }],
        },
      },
      'app-b': { values: ${values} }, 'app-c': {}, folder: {}, own: {}, 'team-a': {},
    },
  },
});
`,
  );
}

/** Writes a manifest into a folder of the clone. */
function manifest(folder: string, name: string, yaml: string): void {
  mkdirSync(clone.path(folder), { recursive: true });
  writeFileSync(clone.path(folder, `${name}.yaml`), yaml);
}

const configMap = (name: string, namespace: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${namespace}}\ndata: {a: b}\n`;

beforeAll(async () => {
  clone = await Clone.make();
  manifest('deploy/folder', 'map', configMap('folder', 'folder'));
  manifest('deploy/folder', 'kustomization', 'resources: [map.yaml]\n');
  manifest('tenants/team-a', 'config', configMap('greeting', 'team-a'));
  writeFleet({});
  await clone.run('up');
});
afterAll(async () => {
  await clone.run('down', '--all');
  clone.remove();
});

describe('an overlay', () => {
  it('changes, adds and takes away just what it says', async () => {
    const { spec } = (await dev().deployment('app-a')).spec!.template;
    expect(spec!.terminationGracePeriodSeconds).toBe(45);
    expect(spec!.containers[0]!.env!.map(({ name }) => name)).toEqual(['PODINFO_UI_MESSAGE']);
    expect((await dev().object('v1', 'Service', 'app-a/app-a')).spec?.['sessionAffinity']).toBe('ClientIP');
  });
});

describe('an order', () => {
  it('is kept: what comes after is made when what comes before is available', async () => {
    const [before, after] = [await dev().deployment('app-a'), await dev().deployment('app-c')];
    const available = before.status!.conditions!.find(({ type }) => type === 'Available')!.lastTransitionTime!;
    expect(after.metadata!.creationTimestamp!.getTime()).toBeGreaterThanOrEqual(available.getTime());
  });
});

describe('a folder and a construct', () => {
  it('are apps like the rest', async () => {
    expect((await dev().object('v1', 'ConfigMap', 'folder/folder')).data).toEqual({ a: 'b' });
    expect((await dev().object('v1', 'ConfigMap', 'own/own')).data).toEqual({ a: 'b' });
  });
});

describe('a Helm release', () => {
  const release = () => dev().object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'flux-system/app-b');
  const history = async () => ((await release()).status?.['history'] as { version: number; status: string }[])[0]!;
  const reason = async (type: string) => {
    const conditions = (await release()).status?.['conditions'] as { type: string; reason: string }[];
    return conditions.find((one) => one.type === type)?.reason;
  };

  it('is tested once it is installed', async () => {
    expect(await reason('TestSuccess')).toBe('TestSucceeded');
    expect((await history()).version).toBe(1);
  });

  it('is not upgraded by a commit that does not concern it', async () => {
    writeFleet({ message: 'second' });
    await clone.run('up');
    expect((await dev().answer('app-a')).message).toBe('second');
    expect((await history()).version).toBe(1);
  });

  it('is upgraded when its values change', async () => {
    writeFleet({ message: 'second', values: '{ replicas: 2 }' });
    await clone.run('up');
    expect((await history()).version).toBe(2);
    expect(await dev().readyPods('app-b')).toHaveLength(2);
  });

  it('is brought back when somebody changes what it made', async () => {
    const kubectl = 'kubectl --context kind-cluster-dev';
    await clone.shell(`${kubectl} -n app-b scale deployment app-b --replicas 5`);
    const now = 'reconcile.fluxcd.io/requestedAt="$(date +%s%N)"';
    await clone.shell(`${kubectl} -n flux-system annotate --overwrite helmrelease app-b ${now}`);
    await expect.poll(async () => (await dev().deployment('app-b')).spec!.replicas, { timeout: 60_000 }).toBe(2);
  });

  it('is rolled back when an upgrade fails, and serves all the while', async () => {
    const pods = await dev().readyPods('app-b');
    writeFleet({ message: 'second', values: "{ replicas: 2, tag: 'missing' }" });
    await clone.run('fleet', 'publish');
    await expect.poll(() => reason('Remediated'), { timeout: 240_000, interval: 1000 }).toBe('RollbackSucceeded');
    expect((await dev().readyPods('app-b')).filter((pod) => pods.includes(pod))).toHaveLength(2);
    expect((await dev().deployment('app-b')).spec!.template.spec!.containers[0]!.image).not.toContain('missing');
    writeFleet({ message: 'second', values: '{ replicas: 2 }' });
    await clone.run('up');
  });
});

describe('a tenant', () => {
  const ready = async () => {
    const { status } = await dev().object(
      'kustomize.toolkit.fluxcd.io/v1',
      'Kustomization',
      'flux-system/tenant-team-a',
    );
    return (status?.['conditions'] as { type: string; message: string }[]).find(({ type }) => type === 'Ready')!
      .message;
  };

  it('has its namespace, with a quota, and what its folder says', async () => {
    expect((await dev().object('v1', 'ConfigMap', 'team-a/greeting')).data).toEqual({ a: 'b' });
    expect(
      await clone.shell('kubectl --context kind-cluster-dev -n team-a get resourcequota,limitrange,networkpolicy'),
    ).toMatch(/resourcequota[\s\S]*limitrange[\s\S]*networkpolicy/);
  });

  it('may make no ClusterRole, and reach into no other namespace, while everything else goes on', async () => {
    const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: sly}\nrules: []\n';
    for (const [name, yaml] of [
      ['role', role],
      ['reach', configMap('sly', 'app-a')],
    ] as const) {
      manifest('tenants/team-a', name, yaml);
      writeFleet({ message: name });
      await clone.run('up');
      expect((await dev().answer('app-a')).message).toBe(name);
      await expect.poll(ready, { timeout: 60_000 }).toMatch(/forbidden/);
      await execa('rm', [clone.path('tenants/team-a', `${name}.yaml`)]);
    }
    const sly = await clone.shell(
      'kubectl --context kind-cluster-dev get clusterroles,configmaps -A --field-selector metadata.name=sly',
    );
    expect(sly).toContain('No resources found');
  });
});
