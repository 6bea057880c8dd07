import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { defineFleet, kind, webApp } from '../../model';
import { render } from '../../constructs/synth';
import { DeletionError, refuseDeletions } from '../../operate/deletion';
import { prunedDeletions, prunedObjects } from '../../operate/deletions';
import { RepositoryCopy } from '../../operate/repository';
import { FakeRemote } from '../fakes/git/remote';

const app = webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 });

/** The files of a fleet whose cluster dev runs these apps, and prod runs shop. */
function manifests(...apps: readonly string[]): ReadonlyMap<string, string> {
  const all = Object.fromEntries(['shop', ...apps].map((name) => [name, app]));
  const dev = Object.fromEntries(apps.map((name) => [name, {}]));
  const runs = { dev, prod: { shop: {} } };
  return render(defineFleet({ clusters: { dev: kind(), prod: kind() }, apps: all, runs }), '.') as ReturnType<
    typeof manifests
  >;
}

const changed = (files: ReadonlyMap<string, string>, changes: Readonly<Record<string, string | undefined>>) => {
  const all = { ...Object.fromEntries(files), ...changes };
  return new Map(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
};
const list = (...resources: string[]) => `kind: Kustomization\nresources: [${resources.join(', ')}]\n`;
const claim = (more = '') =>
  `kind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop${more}}\n---\nkind: Service\nmetadata: {name: a}\n`;
const base = 'apps/shop/base/kustomization.yaml';
const withClaim = (text: string, files = manifests('shop')) =>
  changed(files, { 'apps/shop/base/claim.yaml': text, [base]: list('namespace.yaml', 'claim.yaml') });

describe('what Flux prunes', () => {
  it('is the namespace of an app that a cluster no longer runs, in that cluster only', () => {
    const [before, after] = [manifests('shop', 'blog'), manifests('blog')];
    expect(prunedObjects(before, after, 'dev')).toEqual(['namespace/shop']);
    expect(prunedObjects(before, after, 'prod')).toEqual([]);
  });

  it('is nothing where something is added or changed', () => {
    expect(prunedObjects(manifests('shop'), manifests('shop', 'blog'), 'dev')).toEqual([]);
  });

  it('is a volume claim that is no longer in a base, in each cluster that has it', () => {
    const [before, after] = [withClaim(claim()), changed(withClaim(claim()), { [base]: list('namespace.yaml') })];
    expect(prunedObjects(before, after, 'dev')).toEqual(['pvc/shop/data']);
    expect(prunedObjects(before, after, 'prod')).toEqual(['pvc/shop/data']);
  });

  it('names a namespace without the volume claims in it, which go with it', () => {
    const files = manifests('blog');
    expect(prunedObjects(withClaim(claim()), files, 'dev')).toEqual(['namespace/shop']);
  });

  it('is not what is annotated to stay', () => {
    const stays = withClaim(claim(', annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}'));
    expect(prunedObjects(stays, manifests('shop'), 'dev')).toEqual([]);
  });

  it('has the namespace that kustomize sets, and includes folders without a file of kustomize', () => {
    const folder = 'apps/shop/overlays/dev/';
    const text = { [`${folder}kustomization.yaml`]: undefined, [`${folder}some/claim.yaml`]: claim() };
    expect(prunedObjects(changed(manifests('shop'), text), manifests('shop'), 'dev')).toEqual(['pvc/shop/data']);
    const moved = changed(withClaim(claim()), { [base]: `${list('namespace.yaml', 'claim.yaml')}namespace: other\n` });
    expect(prunedObjects(moved, manifests('shop'), 'dev')).toEqual(['pvc/other/data']);
  });
});

describe('the published tree and the next one', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'flux-fleet-deletions-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 9 }));

  it('are compared as the repository has them, for the clusters that stay', async () => {
    const remote = await FakeRemote.create(folder);
    const copy = new RepositoryCopy(join(folder, 'copy'), { url: remote.url, environment: {} });
    const published = await remote.pushByHand(Object.fromEntries(manifests('shop', 'blog')));
    await copy.fetch();
    const kubeconfig = () => join(folder, 'none');
    const compare = (next: string) => prunedDeletions({ copy, published, next, kubeconfig });
    expect(await compare(published)).toEqual([]);

    const next = await remote.pushByHand({ 'clusters/dev/kustomization.yaml': list('blog.yaml') });
    await copy.fetch();

    expect(await compare(next)).toEqual([
      { id: 'namespace/shop@dev', reason: 'the commit removes it from cluster dev' },
    ]);
    await expect(compare('no-such-tree')).rejects.toThrow('no-such-tree');
    // A cluster that goes is asked for as a whole.
    expect(await compare(await copy.git(['hash-object', '-t', 'tree', '-w', '--stdin']))).toEqual([]);
  });
});

describe('a deletion', () => {
  const deletions = ['cluster/dev', 'namespace/shop@prod'].map((id) => ({ id, reason: 'because' }));

  it('is refused with the option that allows it', () => {
    expect(() => refuseDeletions(deletions, ['cluster/dev'])).toThrow(DeletionError);
    expect(() => refuseDeletions(deletions)).toThrow(
      /- cluster\/dev: because\n.*\n[^]*`--allow-delete cluster\/dev namespace\/shop@prod`/,
    );
  });

  it('is allowed by its name', () => {
    expect(() => refuseDeletions(deletions, ['cluster/dev', 'namespace/shop@prod'])).not.toThrow();
  });
});
