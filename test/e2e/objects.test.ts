import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import images from '../../docs/examples/images.json';
import { ChartServer } from './chart-server';
import { Clone } from './clone';
import { borrower, caller, configMap, definition, job, objectsFleet, type Step, widget } from './objects-fleet';
import { alerts, complaints, Observed } from './observe';

let clone: Clone;
let charts: ChartServer | undefined;
const podinfo = `${images.podinfo.image}:${images.podinfo.tag}`;
/** Values of the chart that are secret. */
const greeting = { first: randomUUID(), second: randomUUID() };
const dev = () => new Observed(clone.path('.fleet', 'kubeconfig', 'dev'));

function writeFleet(step: Omit<Step, 'charts' | 'force'>): void {
  writeFileSync(clone.path('fleet.ts'), objectsFleet({ ...step, charts, force: charts !== undefined }));
}

/** The version that the pod template of the Job has. */
async function version(): Promise<string | undefined> {
  const { spec } = await dev().object('batch/v1', 'Job', 'folder/folder');
  return (spec!['template'] as { metadata: { labels: Record<string, string> } }).metadata.labels['version'];
}

/** Writes a manifest into a folder of the clone. */
function manifest(folder: string, name: string, yaml: string): void {
  mkdirSync(clone.path(folder), { recursive: true });
  writeFileSync(clone.path(folder, `${name}.yaml`), yaml);
}

beforeAll(async () => {
  clone = await Clone.make();
  manifest('deploy/folder', 'map', configMap('folder', 'folder'));
  // The object stands before the definition of its kind.
  manifest('deploy/folder', 'a-widget', widget);
  manifest('deploy/folder', 'definition', definition);
  manifest('deploy/folder', 'job', job('first', podinfo));
  manifest('deploy/folder', 'kustomization', 'resources: [a-widget.yaml, definition.yaml, job.yaml, map.yaml]\n');
  manifest('tenants/team-a', 'config', configMap('greeting', 'team-a'));
  manifest('tenants/team-a', 'caller', caller('team-a', podinfo));
  writeFleet({});
  // Before a first `up`, it brings `sops`.
  await clone.run('fleet', 'provide');
  await clone.secrets(['set', 'dev', 'app-b', 'greeting'], greeting.first);
  await clone.secrets(['set', 'dev', 'team-a', 'address'], 'http://fleet-alerts:8080/');
  await clone.run('up');
});
afterAll(async () => {
  charts?.stop();
  await clone.run('down', '--all');
  clone.remove();
});

describe('an overlay', () => {
  it('changes, adds and takes away just what it says', async () => {
    const { spec } = (await dev().deployment('app-a')).spec!.template;
    expect(spec!.terminationGracePeriodSeconds).toBe(45);
    expect(spec!.containers[0]!.env!.map(({ name }) => name)).toEqual(['PODINFO_UI_MESSAGE']);
    expect((await dev().object('v1', 'Service', 'app-a/app-a')).spec?.['sessionAffinity']).toBe('ClientIP');
    const ingress = await dev().object('networking.k8s.io/v1', 'Ingress', 'app-a/app-a');
    expect((ingress.spec!['rules'] as { host: string }[]).map(({ host }) => host)).toEqual(['app-a.dev.example.org']);
  });
});

describe('an order', () => {
  it('is kept: what comes after is made when what comes before is available', async () => {
    const [before, after] = [await dev().deployment('app-a'), await dev().deployment('app-c')];
    const available = before.status!.conditions!.find(({ type }) => type === 'Available')!.lastTransitionTime!;
    expect(after.metadata!.creationTimestamp!.getTime()).toBeGreaterThanOrEqual(available.getTime());
  });

  it('has the definition of a kind before its objects, in one app and in two', async () => {
    expect((await dev().object('example.org/v1', 'Widget', 'folder/folder')).spec).toEqual({ size: 3 });
    expect(await dev().object('example.org/v1', 'Widget', 'own/own')).toMatchObject({ kind: 'Widget' });
  });
});

describe('a folder and a construct', () => {
  it('are apps like the rest', async () => {
    expect((await dev().object('v1', 'ConfigMap', 'folder/folder')).data).toEqual({ a: 'b' });
    expect((await dev().object('v1', 'ConfigMap', 'own/own')).data).toEqual({ a: 'b' });
  });
});

describe('a Job whose pod template changes', () => {
  it('is refused by Kubernetes, with the way out', async () => {
    manifest('deploy/folder', 'job', job('second', podinfo));
    await expect(clone.run('up', '--timeout', '15s')).rejects.toThrow('Set `force: true` for `folder` in `fleet.ts`');
    expect(await version()).toBe('first');
  });
});

describe('what comes from elsewhere', () => {
  beforeAll(async () => {
    charts = await ChartServer.start(clone.path('charts', 'podinfo'));
    const config = clone.path('.fleet', 'config.yaml');
    writeFileSync(config, `${configMap('greeting', 'team-b')}---\n${caller('team-b', podinfo)}`);
    await clone.push(
      `git checkout -q --orphan team-b && git rm -rfq . && mkdir deploy && cp "${config}" deploy && git add . && ` +
        'git commit -qm Begin && git push -q origin team-b',
    );
    writeFleet({ message: 'second' });
    const key = readFileSync(clone.path('.fleet', 'keys', 'deploy-dev'), 'utf8');
    await clone.secrets(['set', 'dev', 'team-b', 'identity'], key);
    await clone.secrets(
      ['set', 'dev', 'team-b', 'known_hosts'],
      readFileSync(clone.path('.fleet', 'known_hosts'), 'utf8'),
    );
    await clone.run('up');
  });

  it('may be a chart of a Helm repository, and of a registry', async () => {
    expect((await dev().answer('repository')).message).toBe('from a repository');
    expect((await dev().answer('registry')).message).toBe('from a registry');
  });

  it("may be a tenant's own repository", async () => {
    expect((await dev().object('v1', 'ConfigMap', 'team-b/greeting')).data).toEqual({ a: 'b' });
  });
});

describe('a Job whose app may be forced', () => {
  it('is made again', async () => expect(await version()).toBe('second'));
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

  it('has the value that is secret, which is nowhere in the release itself', async () => {
    expect((await dev().answer('app-b')).message).toBe(greeting.first);
    expect(JSON.stringify(await release())).not.toContain(greeting.first);
  });

  it('is not upgraded by a commit that does not concern it', async () => {
    expect((await dev().answer('app-a')).message).toBe('second');
    expect((await history()).version).toBe(1);
  });

  it('is upgraded when its values change, the secret ones too', async () => {
    const before = await complaints();
    writeFleet({ message: 'second', values: '{ replicas: 2 }' });
    await clone.secrets(['set', 'dev', 'app-b', 'greeting'], greeting.second);
    await clone.run('up');
    expect(await complaints()).toEqual(before);
    expect((await history()).version).toBe(2);
    expect(await dev().readyPods('app-b')).toHaveLength(2);
    expect((await dev().answer('app-b')).message).toBe(greeting.second);
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
  });

  it('is tried again by up when what made it fail is gone, although it has failed too often', async () => {
    const kubectl = 'kubectl --context kind-cluster-dev -n app-b';
    await clone.shell(`${kubectl} create quota full --hard=pods=2`);
    writeFleet({ message: 'second', values: '{ replicas: 3 }' });
    await clone.run('fleet', 'publish');
    await expect.poll(() => reason('Stalled'), { timeout: 240_000, interval: 1000 }).toBe('RetriesExceeded');
    await clone.shell(`${kubectl} delete quota full`);
    await clone.run('up');
    expect(await dev().readyPods('app-b')).toHaveLength(3);
  });
});

describe('a tenant', () => {
  const ready = async (path = 'flux-system/tenant-team-a') => {
    const { status } = await dev().object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', path);
    return (status?.['conditions'] as { type: string; message: string }[]).find(({ type }) => type === 'Ready')!
      .message;
  };

  /** What the tenant's own Alert has told: those of the fleet name the cluster. */
  const told = async () => (await alerts()).filter(({ metadata }) => metadata?.['cluster'] === undefined);

  it('has its namespace, with a quota, and what its folder says', async () => {
    expect((await dev().object('v1', 'ConfigMap', 'team-a/greeting')).data).toEqual({ a: 'b' });
    expect(
      await clone.shell('kubectl --context kind-cluster-dev -n team-a get resourcequota,limitrange,networkpolicy'),
    ).toMatch(/resourcequota[\s\S]*limitrange[\s\S]*networkpolicy/);
  });

  it('hears in its own place of what is its own, and of nothing else', async () => {
    await expect.poll(told, { timeout: 30_000 }).not.toEqual([]);
    expect(new Set((await told()).map(({ involvedObject }) => involvedObject.name))).toEqual(
      new Set(['tenant-team-a']),
    );
  });

  it('may talk to whom it says, and to nobody else', async () => {
    const answer = (name: string) => dev().call('caller', name);
    await expect.poll(() => answer('team-b'), { timeout: 30_000 }).toContain('PODINFO_UI_MESSAGE');
    // It may ask for the name, and gets no further.
    expect(await answer('team-a')).toMatch(/call failed(?!.*lookup)/);
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
      await expect.poll(() => ready(), { timeout: 60_000 }).toMatch(/forbidden/);
      await expect.poll(async () => (await told()).at(-1)!.message, { timeout: 30_000 }).toMatch(/sly.*forbidden/s);
      await execa('rm', [clone.path('tenants/team-a', `${name}.yaml`)]);
    }
    const sly = await clone.shell(
      'kubectl --context kind-cluster-dev get clusterroles,configmaps -A --field-selector metadata.name=sly',
    );
    expect(sly).toContain('No resources found');
  });

  it("may not have Flux read the fleet's own repository for it", async () => {
    manifest('tenants/team-a', 'borrower', borrower('team-a'));
    await clone.run('fleet', 'publish');
    await expect.poll(() => ready('team-a/borrower').catch(String), { timeout: 60_000 }).toMatch(/cross-namespace/);
    await execa('rm', [clone.path('tenants/team-a', 'borrower.yaml')]);
  });
});

describe('a move to Flux by its operator, and back', () => {
  const operator = 'ghcr.io/controlplaneio-fluxcd/flux-operator';
  const apply = 'pulumi up --yes --skip-preview --non-interactive -s dev';
  const kubectl = 'kubectl --context kind-cluster-dev -n flux-system';
  const pods = async () => ({ flux: await dev().readyPods('flux-system'), app: await dev().readyPods('app-a') });

  /** An image that is as ready as the operator's and does nothing: the operator's own refuses to run in the lab. */
  async function standIn(): Promise<void> {
    const manifest = await clone.shell('cat "$FLUX_FLEET_FLUX_OPERATOR"');
    const [image] = new RegExp(`${operator}:\\S+`).exec(manifest)!;
    const file = `FROM ${podinfo}\nENTRYPOINT ["/home/app/podinfo", "--port=8081"]\n`;
    await execa('docker', ['build', '--quiet', '--tag', image, '-'], { input: file });
    await clone.shell(`kind load docker-image ${image} --name cluster-dev && docker image rm ${image}`);
  }

  /** Says of the FluxInstance what the operator would, once it is there. */
  async function sayReady(): Promise<void> {
    const said = { reason: 'ReconciliationSucceeded', message: '', lastTransitionTime: new Date().toISOString() };
    const patch = JSON.stringify({ status: { conditions: [{ type: 'Ready', status: 'True', ...said }] } });
    const line = `${kubectl} patch fluxinstance flux --subresource=status --type=merge -p '${patch}'`;
    await vi.waitFor(() => clone.shell(line), { timeout: 180_000, interval: 3000 });
  }

  it('takes nothing away that runs', async () => {
    await standIn();
    const before = await pods();
    const fleet = readFileSync(clone.path('fleet.ts'), 'utf8');
    clone.edit('clusters: {', 'flux: fluxInstance(), clusters: {');
    clone.edit('defineFleet, ', 'defineFleet, fluxInstance, ');
    await Promise.all([clone.shell(apply), sayReady()]);
    const instance = await dev().object('fluxcd.controlplane.io/v1', 'FluxInstance', 'flux-system/flux');
    expect(instance.spec).toMatchObject({ distribution: { version: '2.9.4' }, cluster: { multitenant: true } });
    expect((await pods()).flux).toEqual(expect.arrayContaining(before.flux));
    expect((await pods()).app).toEqual(before.app);

    writeFileSync(clone.path('fleet.ts'), fleet);
    await clone.run('up');
    expect(await pods()).toEqual(before);
    await clone.expectNoChanges('dev');
  });
});
