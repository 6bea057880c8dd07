import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { defineFleet, type Fleet, gitChart, helmApp, kind, kustomizeApp, type VersionPin } from '../../../model';
import { ClusterClient } from '../../../operate/cluster-client';
import { type PinPlan, planPromotion, planUndo } from '../../../operate/promote/plan';
import { publish } from '../../../operate/publish';
import { FakeApiServer } from '../../fakes/kubernetes/api-server';
import { fluxKustomization, gitRepository } from '../../fakes/kubernetes/flux';
import { deploymentWithPods } from '../../fakes/kubernetes/pods';
import { commit } from '../compared';
import { copy, place, source, write } from '../publishing';

let server: FakeApiServer;
let client: ClusterClient;
beforeEach(async () => {
  server = await new FakeApiServer().start();
  client = new ClusterClient('dev', server.writeKubeconfig(join(place.scratch, 'kubeconfig')));
  server.put(gitRepository(commit), fluxKustomization('flux-system', commit), fluxKustomization('app', commit));
  server.put(...deploymentWithPods('app', { image: 'a.io/x:2', since: '2026-11-27T10:00:00Z' }));
});
afterEach(() => server.stop());

const others = { 'a.io/other': '7' };
/** A fleet whose prod has these tags of an app of objects, and gets the image from another registry. */
const fleetWith = (pin: VersionPin): Fleet =>
  defineFleet({
    clusters: { dev: kind(), prod: kind() },
    apps: { app: kustomizeApp({ folder: 'deploy' }), git: helmApp({ chart: gitChart('charts/thing') }) },
    versions: { prod: { app: pin } },
    runs: { dev: { app: {}, git: {} }, prod: { app: { images: { 'a.io/x': { name: 'mirror.io/x' } } }, git: {} } },
  });
const plan = (fleet: Fleet, app = 'app') => planPromotion({ fleet, client, app, to: 'prod', soak: 0 });
const of = (planned: PinPlan | undefined, key: string) =>
  planned!.trailers.find((trailer) => trailer.startsWith(key))?.slice(key.length + 2);

describe('a promotion of an app of objects', () => {
  it('moves the tags that run, and leaves those of other images', async () => {
    const planned = await plan(fleetWith({ tags: { ...others, 'a.io/x': '1' } }));
    expect(planned).toMatchObject({
      pin: { tags: { ...others, 'a.io/x': '2' } },
      subject: 'Promote app x:2 from dev to prod',
    });
    expect([of(planned, 'Promoted-Version'), of(planned, 'Promoted-Over')]).toEqual(['a.io/x:2', 'a.io/x:1']);
    expect(await plan(fleetWith({ tags: { 'a.io/x': '2' } }))).toBeUndefined();
  });

  it('is undone to the tag before, and to none where the app had its own', async () => {
    write({ 'apps/app/overlays/prod/kustomization.yaml': 'images: []\n' });
    const { trailers } = (await plan(fleetWith({ tags: others })))!;
    await publish({ copy, manifests: place.manifests, source, trailers });
    const { pin } = await planUndo({ fleet: fleetWith({ tags: { ...others, 'a.io/x': '2' } }), copy, app: 'app' });
    expect(pin).toEqual({ tags: others });
    expect(
      (await planUndo({ fleet: fleetWith({ tags: { 'a.io/x': '2' } }), copy, app: 'app', to: 'prod' })).pin,
    ).toEqual({});
    await expect(planUndo({ fleet: fleetWith({}), copy, app: 'app' })).rejects.toThrow(
      /^app app: fleet\.ts has no version there, and no longer a\.io\/x:2, which [0-9a-f]{12} promoted\./,
    );
    await expect(planUndo({ fleet: fleetWith({}), copy, app: 'app', to: 'dev' })).rejects.toThrow('no promotion of it');
  });
});

it('refuses a chart in Git, whose files are those of every cluster', async () => {
  await expect(plan(fleetWith({}), 'git')).rejects.toThrow(/^apps\.git: its chart is in Git/);
});
