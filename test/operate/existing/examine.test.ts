import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// First, because it sets the fleet's folder.
import { changes, controller, directory, existingFleet, fluxDefinition, fluxNamespace, kubeSystem } from './world';
import { thisOwner } from '../../../machine/clone';
import type { Adopt } from '../../../machine/ownership';
import { stateFile, stateIn } from '../../../machine/pulumi-state';
import { defineFleet, FleetError, kind } from '../../../model';
import { examineExisting } from '../../../operate/existing/examine';
import { recordCluster } from '../../../stacks/clusters/record';
import { FakeApiServer } from '../../fakes/kubernetes/api-server';
import { fluxKustomization } from '../../fakes/kubernetes/flux';
import { expectPlain } from '../../messages';

let prod: FakeApiServer;
let kubeconfig: string;
beforeEach(async () => {
  rmSync(directory, { recursive: true, force: true });
  prod = await new FakeApiServer().start();
  prod.put(kubeSystem('uid-1'));
  kubeconfig = prod.writeKubeconfig(join(directory, 'their-kubeconfig'));
});
afterEach(() => prod.stop().catch(() => undefined));

const self = () => thisOwner('flux-fleet');
const examine = (adopt?: Adopt) => examineExisting(existingFleet({ prod: kubeconfig }), adopt);
/** The problems, each as a line. */
async function problems(adopt?: Adopt): Promise<string[]> {
  const error: unknown = await examine(adopt).catch((thrown: unknown) => thrown);
  if (!(error instanceof FleetError)) throw new Error(`expected problems, got ${JSON.stringify(error)}`);
  error.problems.forEach(expectPlain);
  return error.problems.map(({ place, problem, next }) => `${place}: ${problem}. ${next}.`);
}

/** A stack of this name, in which Pulumi has made something. */
function stack(name: string): void {
  const file = stateFile(stateIn(directory), name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ checkpoint: { latest: { resources: [{}, {}] } } }));
}

describe('a cluster that somebody else made', () => {
  it('is found empty, by its UID, and nothing of it is changed', async () => {
    expect(await examine()).toEqual([
      { name: 'prod', record: { uid: 'uid-1', adopted: [] }, isAnother: false, isTaken: false },
    ]);
    expect(changes(prod)).toEqual([]);
    expect(statSync(join(directory, 'existing', 'prod.yaml')).mode & 0o777).toBe(0o600);
  });

  it('is refused where it does not answer, within 5 s, together with every other', async () => {
    prod.fail({ delay: 60_000 });
    const gone = await new FakeApiServer().start();
    const other = gone.writeKubeconfig(join(directory, 'gone'));
    await gone.stop();
    const start = Date.now();
    const error: unknown = await examineExisting(existingFleet({ prod: kubeconfig, stage: other })).catch(
      (e: unknown) => e,
    );
    expect(Date.now() - start).toBeLessThan(5000);
    expect((error as FleetError).problems.map(({ place, problem }) => `${place}: ${problem}`)).toEqual([
      'cluster prod: it does not answer (no answer in 4.5 s)',
      expect.stringMatching(/^cluster stage: it does not answer \(.*ECONNREFUSED/),
    ]);
    (error as FleetError).problems.forEach(expectPlain);
  });

  it('is refused where it does not let this user in', async () => {
    prod.fail({ answer: 401, message: 'Unauthorized' });
    expect(await problems()).toEqual([
      expect.stringMatching(/^cluster prod: it refuses this user \(401: Unauthorized\)\. Set/),
    ]);
  });

  it('is refused where the program that gives its credentials is missing', async () => {
    // It takes a second to load, and more on a busy machine.
    await import('@kubernetes/client-node');
    const text = `contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:9'}}]
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: /none/login, interactiveMode: Never}}}]`;
    writeFileSync(kubeconfig, text);
    expect(await problems()).toEqual([expect.stringMatching(/^cluster prod: it does not answer \(.*\/none\/login/)]);
  });

  it('is refused with a Kubernetes that Flux does not support, and with rights that are missing, at once', async () => {
    prod.version = 'v1.32.9-eks-1';
    prod.allows = ({ verb, resource, namespace }) =>
      verb !== '*' &&
      !(resource === 'customresourcedefinitions' && verb !== 'get') &&
      !(resource === 'secrets' && namespace);
    expect(await problems()).toEqual([
      'cluster prod: it runs Kubernetes v1.32.9-eks-1, and Flux 2.9.4 needs 1.33 or later. Move it to a newer version of Kubernetes first.',
      'cluster prod: this user may not create, patch, delete customresourcedefinitions.apiextensions.k8s.io; ' +
        'get, create, patch, delete secrets in flux-system. Use the context of a cluster administrator, or add these rights to the user.',
    ]);
    expect(changes(prod)).toEqual([]);
  });

  it.each(['v1.33.0', 'v1.33.5-gke.1200', 'v1.36.1+k3s1'])('may run Kubernetes %s', async (version) => {
    prod.version = version;
    expect(await examine()).toHaveLength(1);
  });
});

describe("somebody's Flux in it", () => {
  it.each([
    [
      '`flux install`',
      fluxDefinition({ managedFields: [{ manager: 'kube-apiserver' }, { manager: 'flux' }] }),
      /, installed by `flux install`,/,
    ],
    [
      'Helm',
      fluxDefinition({
        annotations: { 'meta.helm.sh/release-name': 'flux2', 'meta.helm.sh/release-namespace': 'ops' },
      }),
      /, installed by the Helm release flux2 of the namespace ops,/,
    ],
    [
      '`flux bootstrap`',
      fluxDefinition({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'flux-system' } }),
      /, installed by `flux bootstrap`, from the Flux Kustomization flux-system,/,
    ],
  ])('is refused with its version and %s, who installed it', async (_, definition, by) => {
    prod.put(fluxNamespace(), definition, controller('source-controller', 'flux-system', 'v2.7.0'));
    const [problem] = await problems();
    expect(problem).toMatch(/^cluster prod: it has Flux 2\.7\.0 in the namespace flux-system, installed by/);
    expect(problem).toMatch(by);
    expect(problem).toMatch(/Run `npm run up -- --adopt prod`, which makes it Flux 2\.9\.4 /);
    expect(changes(prod)).toEqual([]);
  });

  it('is known by its images where no label has its version, and by its definitions where it has no controllers', async () => {
    prod.put(fluxNamespace(), controller('source-controller'));
    expect(await problems()).toEqual([
      expect.stringContaining('it has Flux (source-controller:v1.9.4) in the namespace flux-system'),
    ]);
    prod.store.remove(controller('source-controller'));
    prod.put(fluxDefinition());
    expect(await problems()).toEqual([expect.stringContaining('it has Flux, without controllers, and no fleet')]);
  });

  it('is taken over when its cluster is named, and stays when the fleet goes', async () => {
    prod.put(fluxNamespace(), fluxDefinition());
    const adopted = { name: 'prod', record: { uid: 'uid-1', adopted: ['flux'] }, isAnother: false, isTaken: true };
    expect(await examine(['prod'])).toEqual([adopted]);
    expect(await problems(true)).toHaveLength(1);
  });

  it('is not taken over where something would undo it or prune it: an operator, a sync, another namespace', async () => {
    prod.put(fluxNamespace(), fluxDefinition(), fluxKustomization('flux-system', undefined));
    expect(await problems(['prod'])).toEqual([
      expect.stringMatching(/Remove its sync first .*"deletionPolicy":"Orphan".* delete kustomization flux-system`\.$/),
    ]);
    prod.put(controller('source-controller', 'gitops'));
    expect(await problems(['prod'])).toEqual([
      expect.stringMatching(/Remove it first, `flux uninstall --namespace gitops`/),
    ]);
    prod.put({
      apiVersion: 'fluxcd.controlplane.io/v1',
      kind: 'FluxInstance',
      metadata: { name: 'flux', namespace: 'ops' },
    });
    const [problem] = await problems(['prod']);
    expect(problem).toContain('installed by the Flux Operator, from the FluxInstance ops/flux');
    expect(problem).toContain('Remove the FluxInstance flux and the Flux Operator first');
  });

  it('is not taken over where it is newer, as its definitions cannot go back', async () => {
    prod.put(fluxNamespace(), fluxDefinition({ labels: { 'app.kubernetes.io/version': 'v2.10.0' } }));
    expect(await problems(['prod'])).toEqual([
      expect.stringContaining('Use a version of this program that has Flux 2.10.0'),
    ]);
  });

  it('may be a namespace alone', async () => {
    prod.put(fluxNamespace());
    expect(await problems()).toEqual([expect.stringMatching(/it has a namespace flux-system, .* keeps what is in it/)]);
    expect((await examine(['prod']))[0]!.record.adopted).toEqual(['namespace']);
  });

  it('may be on its way out', async () => {
    const namespace = fluxNamespace();
    prod.put({ ...namespace, metadata: { ...namespace.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(await problems(['prod'])).toEqual([expect.stringContaining('its namespace flux-system is being deleted')]);
  });
});

describe("a fleet's Flux in it", () => {
  const another = { fleet: 'flux-fleet', clone: '0b5a', directory: '/home/ada/infra/.fleet' };

  it('is as good as none where it is of this clone, and so is what a killed run of this clone left', async () => {
    prod.put(fluxNamespace({ ...self(), adopted: ['namespace'] }), fluxDefinition());
    expect((await examine())[0]!.record.adopted).toEqual(['namespace']);
    prod.put(fluxNamespace());
    recordCluster('prod', { uid: 'uid-1', adopted: [] });
    expect((await examine())[0]!.record.adopted).toEqual([]);
  });

  it('is refused where it is of another clone, or of another fleet, with where that is', async () => {
    prod.put(fluxNamespace(another), fluxDefinition());
    expect(await problems()).toEqual([
      'cluster prod: it belongs to the fleet flux-fleet of the clone in /home/ada/infra. ' +
        'Run the commands there, or take it over with `npm run up -- --adopt prod`.',
    ]);
    expect(await examine(true)).toHaveLength(1);
    expect((await examine(['prod']))[0]).toMatchObject({ isTaken: true, record: { adopted: [] } });
    prod.put(fluxNamespace({ ...another, fleet: 'shop' }));
    expect(await problems(true)).toHaveLength(1);
    expect(await examine(['prod'])).toHaveLength(1);
  });
});

describe('a cluster of another UID', () => {
  beforeEach(() => recordCluster('prod', { uid: 'uid-0', adopted: ['flux'] }));

  it('is a new one where the former is gone: nothing of what was known counts', async () => {
    expect(await examine()).toEqual([
      { name: 'prod', record: { uid: 'uid-1', adopted: [] }, isAnother: true, isTaken: false },
    ]);
  });

  it('is refused as long as the former answers, which still has the Flux of this fleet', async () => {
    const former = await new FakeApiServer().start();
    former.put(kubeSystem('uid-0'));
    former.writeKubeconfig(join(directory, 'kubeconfig', 'prod'));
    expect(await problems()).toEqual([
      expect.stringMatching(/^clusters\.prod: it leads to another cluster than before/),
    ]);
    await former.stop();
    expect(await examine()).toHaveLength(1);
  });
});

describe('a cluster of which fleet.ts has changed the type', () => {
  const message = /^clusters\.prod: fleet\.ts has another type of cluster under this name now/;

  it('is refused, from kind to existing', async () => {
    stack('prod');
    expect(await problems()).toEqual([expect.stringMatching(message)]);
    expect(prod.requests).toEqual([]);
  });

  it('is refused, from existing to kind', async () => {
    recordCluster('prod', { uid: 'uid-1', adopted: [] });
    const fleet = defineFleet({ clusters: { prod: kind() }, apps: {}, runs: { prod: {} } });
    await expect(examineExisting(fleet)).rejects.toThrow(message);
  });
});
