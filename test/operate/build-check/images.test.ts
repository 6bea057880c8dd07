import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, expect, it } from 'vitest';

import { synthesise } from '../../../constructs/synth';
import { type ImageOverride, imagesOf, kustomizeApp, type KustomizeAppOverlay, webApp } from '../../../model';
import { site } from '../../manifests/site';
import { hasTools, kustomize, twoClusters, withTools, wrongWith } from './fixture';

const scratch = mkdtempSync(join(tmpdir(), 'images-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 9 }));

const digest = `sha256:${'1'.repeat(64)}`;
const other = `sha256:${'2'.repeat(64)}`;
const registry = 'registry.example.com:5000/podinfo';
const mirror = 'mirror.example.com/library/podinfo';

/** A tag alone can stand apart, as where it comes from a file of versions. */
function folderChange(change: ImageOverride): KustomizeAppOverlay {
  const { tag, digest, name } = change;
  if (!tag || digest) return { images: { [registry]: change } };
  return { tags: { [registry]: tag }, ...(name && { images: { [registry]: { name } } }) };
}

it.skipIf(!hasTools).each<[string, ImageOverride, string]>([
  ['1', {}, `${registry}:1@${digest}`],
  ['1', { tag: '2' }, `${registry}:2`],
  ['1', { digest: other }, `${registry}@${other}`],
  ['1', { tag: '2', digest: other }, `${registry}:2@${other}`],
  ['1', { name: mirror }, `${mirror}:1@${digest}`],
  ['1', { name: mirror, tag: '2' }, `${mirror}:2`],
  ['1', { name: mirror, digest: other }, `${mirror}@${other}`],
])(`an image of tag %s and a digest becomes by %o in a cluster what kustomize builds, ${withTools}`, async (...row) => {
  const [tag, change, expected] = row;
  const { name, ...version } = change;
  const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers: [{ name: a, image: '${registry}:1@${digest}' }]\n`;
  const web = webApp({ image: registry, tag, digest, port: 80 });
  const fleet = twoClusters(
    { web, folder: kustomizeApp({ folder: 'a' }) },
    { dev: { web: { ...version, ...(name && { image: name }) }, folder: folderChange(change) } },
  );
  synthesise(fleet, join(scratch, 'manifests'), site({ 'a/pod.yaml': pod }));
  for (const app of ['web', 'folder']) {
    const { stdout } = await execa(kustomize!, ['build', join(scratch, 'manifests/apps', app, 'overlays/dev')]);
    expect(/image: (.*)/.exec(stdout)?.[1], app).toBe(expected);
  }
  expect(imagesOf(fleet)).toContain(expected);
  // The pod is none that its namespace lets start.
  const unused = await wrongWith(fleet, { 'a/pod.yaml': pod });
  expect(unused ?? '').not.toContain('no image that is built');
});
