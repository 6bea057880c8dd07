import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import { describe, expect, it } from 'vitest';

import { synthesise } from '../../../constructs/synth';
import { clusterScopedKinds, defineFleet, inSecret, kind, kustomizeApp } from '../../../model';
import { refuseUnbuildable } from '../../../operate/build-check';
import { type KubernetesObject, objectsIn } from '../../../operate/build-check/object';
import { encrypted, site } from '../../manifests/site';
import { helm, kustomize, withTools } from '../../operate/build-check/fixture';
import { builtForms } from './built';
import type { Form, RefusedForm } from './form';
import { refusedForms } from './refused';
import { unbuildableForms } from './unbuildable';
import { unsupportedForms } from './unsupported';

describe.skipIf(!kustomize)(`a folder of the user's, ${withTools}`, () => {
  it.each(builtForms)('is built as kustomize builds it: $form', async (form) => {
    const { root, manifests, check } = made(form);
    await check();
    const plain = build(join(root, 'plain/deploy', form.overlay?.path ?? form.path ?? ''));
    const expected = plain.map(inShop).map(form.otherwise ?? ((object) => object));
    const built = build(join(manifests, 'apps/shop/overlays/dev'));
    const added = ({ metadata, kind: its }: KubernetesObject) =>
      /^(Namespace|Secret) shop$/.test(`${its} ${metadata.name}`);
    expect(sorted(built.filter((object) => !added(object)))).toEqual(
      sorted(expected.filter((object) => !added(object))),
    );
    expect(built.filter(added)).toHaveLength(form.secret ? 2 : 1);
  });

  it.each([...refusedForms, ...unsupportedForms])('is refused by synth: $form', (form) => {
    expect(() => made(form)).toThrow(refusal(form));
  });

  it.each(unbuildableForms)('is refused when it is built: $form', async (form) => {
    await expect(made(form).check()).rejects.toThrow(refusal(form));
  });
});

/** The manifests of a form, and of a copy of its folder that plain kustomize builds. */
function made({ files, links = {}, overlay = {}, folder = '', path, namespaces, secret }: Form) {
  const root = site({ 'secrets/dev/shop.yaml': encrypted('shop', ['token']) });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'deploy', name)), { recursive: true });
    writeFileSync(join(root, 'deploy', name), content);
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, 'deploy', name));
  cpSync(join(root, 'deploy'), join(root, 'plain/deploy'), { recursive: true, verbatimSymlinks: true });
  const shop = kustomizeApp({
    folder: posix.join('deploy', folder),
    path,
    namespaces,
    secrets: secret ? { token: inSecret() } : {},
  });
  const fleet = defineFleet({ clusters: { dev: kind() }, apps: { shop }, runs: { dev: { shop: overlay } } });
  const manifests = join(root, 'manifests');
  synthesise(fleet, manifests, root);
  return { root, manifests, check: () => refuseUnbuildable({ fleet, manifests, kustomize: kustomize!, helm: helm! }) };
}

function refusal({ message }: RefusedForm) {
  return expect.objectContaining({ name: 'FleetError', message: message.join('\n') }) as Error;
}

function build(folder: string): KubernetesObject[] {
  const isListed = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some((name) =>
    existsSync(join(folder, name)),
  );
  if (!isListed) execFileSync(kustomize!, ['create', '--autodetect'], { cwd: folder });
  return objectsIn(execFileSync(kustomize!, ['build', folder], { encoding: 'utf8' })).objects;
}

/** An object in the namespace that the app gives to each that has none. */
function inShop(object: KubernetesObject): KubernetesObject {
  const { namespace = 'shop' } = object.metadata;
  return clusterScopedKinds.has(object.kind) ? object : { ...object, metadata: { ...object.metadata, namespace } };
}

function sorted(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const key = ({ kind: its, metadata }: KubernetesObject) => `${its} ${metadata.name}`;
  return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
