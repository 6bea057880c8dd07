import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  defineFleet,
  folderSource,
  gitChart,
  helmApp,
  inSecret,
  kind,
  kustomizeApp,
  tenant,
  webApp,
} from '../../../model';
import { beside, everything } from '../../manifests/fleets';
import { encrypted } from '../../manifests/site';
import { chart, hasTools, map, object, twoClusters, withTools, wrongWith } from './fixture';

const podinfo = webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 });

const release = helmApp({ chart: gitChart('charts/own') });

describe.skipIf(!hasTools)(`what is built, ${withTools}`, { timeout: 60_000 }, () => {
  it('is right for a fleet of everything', async () => {
    // Its folder has pods that say nothing of their security.
    const looser = (manifests: string) => {
      const file = join(manifests, 'apps/folder/base/namespace.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(': restricted', ': baseline'));
    };
    expect(await wrongWith(everything(), beside, looser)).toBeUndefined();
  });

  it("may be a ResourceSet of the Flux Operator's, whose templates are the operator's own", async () => {
    const set = `apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSet
metadata: { name: previews, namespace: shop }
spec:
  serviceAccountName: previews
  inputs: [{ name: a, replicas: 2 }]
  resources:
    - apiVersion: v1
      kind: ConfigMap
      metadata: { name: << inputs.name >>, namespace: << inputs.provider.namespace >> }
      data: { replicas: << inputs.replicas | quote >>, home: '\${HOME}' }
`;
    const fleet = twoClusters({ shop: kustomizeApp({ folder: 'deploy/shop' }) });
    expect(await wrongWith(fleet, { 'deploy/shop/set.yaml': set })).toBeUndefined();
  });

  it('is refused for a folder that kustomize cannot build, with its file, app and clusters', async () => {
    const files = {
      'deploy/shop/kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: [a]\n',
      'deploy/shop/web.yaml': map('web'),
    };
    const fleet = twoClusters({ shop: kustomizeApp({ folder: 'deploy/shop' }), podinfo });
    const message = await wrongWith(fleet, files);
    expect(message).toMatch(
      /^deploy\/shop \(shop in dev, prod\): kustomize cannot build it: invalid Kustomization: .* cannot unmarshal array/,
    );
    expect(message).not.toMatch(/podinfo|fleet-build-|build-check-/);
  });

  it('is refused for an object that two apps of a cluster have, which are both named', async () => {
    const apps = { a: object({ kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1', name: 'reader' }) };
    const message = await wrongWith(twoClusters({ ...apps, b: apps.a }));
    expect(message).toBe(
      'apps.b (b in dev, prod): ClusterRole `reader` is also in `a`, and an object can belong to one app only.\n' +
        '  Remove it from `b` or `a`, or rename one of the two.',
    );
    expect(await wrongWith(twoClusters({ ...apps, b: apps.a }, { dev: { a: {} }, prod: { b: {} } }))).toBeUndefined();
  });

  it('is refused for an object that a chart and another app have, whatever the version of its API', async () => {
    const template = `apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: ClusterRole\nmetadata: { name: reader }\n`;
    const role = object({ kind: 'ClusterRole', apiVersion: 'rbac.authorization.k8s.io/v1', name: 'reader' });
    const message = await wrongWith(twoClusters({ role, own: release }), chart(template));
    expect(message).toMatch(
      /^charts\/own\/templates\/one\.yaml \(own in dev, prod\): ClusterRole `reader` is also in `role`/,
    );
  });

  it('is refused for an object that a folder lists twice', async () => {
    const files = { 'deploy/shop/a.yaml': map('one'), 'deploy/shop/b.yaml': map('one') };
    const message = await wrongWith(twoClusters({ shop: kustomizeApp({ folder: 'deploy/shop' }) }), files);
    expect(message).toMatch(/^deploy\/shop \(shop in dev, prod\): ConfigMap `one` is in it twice/);
  });

  it("is refused for a tenant's folder that cannot be built, or has an object without a namespace", async () => {
    const fleet = defineFleet({
      clusters: { dev: kind() },
      apps: { podinfo },
      tenants: { team: tenant({ source: folderSource('tenants/team') }) },
      runs: { dev: { podinfo: {}, team: {} } },
    });
    const folder = (text: string) => ({ 'tenants/team/deep/a.yaml': text });
    expect(
      await wrongWith(fleet, folder(map('one').replace('name: one', 'name: one\n  namespace: team'))),
    ).toBeUndefined();
    expect(await wrongWith(fleet, folder(map('one')))).toMatch(
      /^tenants\/team\/deep\/a\.yaml:1 \(team in dev\): ConfigMap `one` has no namespace/,
    );
    expect(await wrongWith(fleet, folder('a: 1\n'))).toMatch(
      /^tenants\/team\S* \(team in dev\): kustomize cannot build it/,
    );
  });

  it('is right where names are equal and kinds, groups or namespaces are not', async () => {
    const fleet = twoClusters({
      a: object({ kind: 'Service', name: 'same' }),
      b: object({ kind: 'Service', name: 'same' }),
      c: object({ kind: 'Service', apiVersion: 'serving.example.com/v1', name: 'same', namespace: 'a' }),
    });
    expect(await wrongWith(fleet)).toBeUndefined();
  });

  it('is refused for a namespace that nothing makes', async () => {
    const inData = (name: string) => map(name).replace('data: {}', '  namespace: data');
    const files = { 'deploy/shop/a.yaml': `# Two of them.\n---\n${inData('one')}---\n${inData('other')}` };
    const elsewhere = object({ kind: 'Service', name: 'web', namespace: 'nowhere' });
    const shop = kustomizeApp({ folder: 'deploy/shop' });
    expect(await wrongWith(twoClusters({ elsewhere, shop }), files)).toBe(
      [
        'apps.elsewhere (elsewhere in dev, prod): Service `web` is in the namespace `nowhere`, which nothing in the cluster makes.',
        '  Add a Namespace `nowhere` to the app, or change the namespace.',
        'deploy/shop/a.yaml:3 (shop in dev, prod): ConfigMap `one` is in the namespace `data`, which nothing in the cluster makes.',
        "  Add a Namespace `data` to the app, or set `namespaces: 'app'` in `apps.shop`.",
        'deploy/shop/a.yaml:9 (shop in dev, prod): ConfigMap `other` is in the namespace `data`, which nothing in the cluster makes.',
        "  Add a Namespace `data` to the app, or set `namespaces: 'app'` in `apps.shop`.",
      ].join('\n'),
    );
  });

  it('is refused for a Secret in plain text, and right for one that SOPS has encrypted', async () => {
    const shop = kustomizeApp({ folder: 'deploy/shop', secrets: { token: inSecret() } });
    const files = {
      'deploy/shop/a.yaml': map('one'),
      ...Object.fromEntries(['dev', 'prod'].map((name) => [`secrets/${name}/shop.yaml`, encrypted('shop', ['token'])])),
    };
    const fleet = twoClusters({ shop });
    expect(await wrongWith(fleet, files)).toBeUndefined();
    const plain = (manifests: string) => {
      const file = join(manifests, 'apps/shop/overlays/dev/secret.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/token: ENC.*/, 'token: hunter2'));
    };
    const message = await wrongWith(fleet, files, plain);
    expect(message).toMatch(
      /^secrets\/dev\/shop\.yaml:1 \(shop in dev\): `token` of Secret `shop` would be in Git in plain/,
    );
    expect(message).not.toContain('hunter2');
  });

  it('is refused for a generated Secret, unless its file is encrypted', async () => {
    const fleet = twoClusters({ shop: kustomizeApp({ folder: 'deploy/shop' }) });
    const generate = (text: string) => (manifests: string) => {
      const folder = join(manifests, 'apps/shop/base/folder');
      writeFileSync(join(folder, 'password'), text);
      writeFileSync(join(folder, 'kustomization.yaml'), 'secretGenerator: [{ name: made, files: [password] }]\n');
    };
    const files = { 'deploy/shop/kustomization.yaml': 'resources: [a.yaml]\n', 'deploy/shop/a.yaml': map('one') };
    expect(await wrongWith(fleet, files, generate('hunter2'))).toMatch(
      /^deploy\/shop\/kustomization\.yaml\S* \(shop in dev, prod\): `password` of Secret `made-\w+` would be in Git/,
    );
    const cipher = '{"data": "ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]", "sops": {"mac": "ENC[x]"}}';
    expect(await wrongWith(fleet, files, generate(cipher))).toBeUndefined();
  });
});
