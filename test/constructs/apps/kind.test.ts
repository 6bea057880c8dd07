import { beforeAll, describe, expect, it } from 'vitest';
import { appRenderers } from '../../../constructs/apps';
import { baseOf } from '../../../constructs/apps/base';
import type { AppRenderer } from '../../../constructs/apps/kind';
import { manifests } from '../../../constructs/manifests';
import { appModels, defineFleet, imagesOf, inSecret, kind, webApp } from '../../../model';
import type { AppModel } from '../../../model/apps/app';
import { secretsRule } from '../../../model/secrets/secret';
import { list, optional, port, schema, string } from '../../../model/validation/schema';
import { encrypted, site } from '../../manifests/site';
import { image, untyped } from '../../model/problems';

/** A kind of app that is a ConfigMap with a port. */
interface NoteApp {
  readonly type: 'note';
  readonly text: string;
  readonly port: number;
}

const noteModel: AppModel<NoteApp, { readonly text?: string }> = {
  schema: schema<{ text: string; port: number; after?: readonly string[]; secrets?: object }>({
    text: string,
    port,
    after: optional(list(string)),
    secrets: optional(secretsRule(['in-secret'], 'inSecret()') as never),
  }),
  overlaySchema: schema<{ text?: string }>({ text: optional(string) }),
  *check(place, app) {
    if (app['text'] === '') yield { place: `${place}.text`, problem: 'the note is empty', next: 'Write a note' };
  },
  *claims(app) {
    yield { what: `note port ${String(app['port'])}`, key: 'port', overridden: false };
  },
  images: () => ['note:1'],
};

const noteRenderer: AppRenderer<NoteApp, { readonly text?: string }> = {
  base: ({ name, app }) =>
    baseOf([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: name }, data: { text: app.text } } as never,
    ]),
  changes: ({ name, overlay: { text } }) => ({
    patches: text
      ? [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: name }, data: { text } } as never]
      : [],
  }),
  readiness: () => ({ timeout: '7s', health: [] }),
};

const note = (props: object) => ({ type: 'note', after: [], secrets: {}, text: 'x', port: 1, ...props });

describe('a kind of app', () => {
  it('is unknown before it is registered', () => {
    expect(untyped({ clusters: { dev: kind() }, apps: { a: note({}) }, runs: { dev: { a: {} } } })).toEqual([
      'apps.a: expected an app, found `{ … }`',
    ]);
  });
});

describe('a kind of app that is registered in both registries', () => {
  beforeAll(() => {
    appModels.register('note', noteModel as never);
    appRenderers.register('note', noteRenderer as never);
  });

  it('is validated: its properties, its overrides, its own checks, what it claims, and its order', () => {
    const apps = { a: note({ text: '' }), b: note({ port: 0, size: 1 }), c: note({ port: 1, after: ['nobody'] }) };
    expect(untyped({ clusters: { dev: kind() }, apps, runs: { dev: { a: {}, b: { port: 2 }, c: {} } } })).toEqual([
      'apps.b.size: unknown property `size`',
      'apps.b.port: invalid port: `0`',
      'runs.dev.b.port: unknown property `port`',
      'apps.a.text: the note is empty',
      'apps.c.port: note port 1 is already used by `a` in cluster `dev`',
      'apps.c.after.0: there is no app or tenant `nobody`',
    ]);
  });

  it('is rendered: base, overlay, patches, secrets and Flux Kustomization', () => {
    const fleet = defineFleet({
      clusters: { dev: kind() },
      apps: { web: webApp(image), a: note({ secrets: { k: inSecret() }, after: ['web'] }) },
      runs: { dev: { web: {}, a: { text: 'y' } } },
    } as never);
    const tree = manifests(fleet, site({ 'secrets/dev/a.yaml': encrypted('a', ['k']) }));
    expect(tree.get('apps/a/base/configmap.yaml')).toMatchObject({ data: { text: 'x' } });
    expect(tree.get('apps/a/overlays/dev/configmap-patch.yaml')).toMatchObject({ data: { text: 'y' } });
    expect(tree.get('apps/a/overlays/dev/secret.yaml')).toContain('ENC[');
    expect(tree.get('clusters/dev/a.yaml')).toMatchObject({
      spec: { timeout: '7s', dependsOn: [{ name: 'flux-system' }, { name: 'web' }] },
    });
    expect(imagesOf(fleet)).toEqual(['ghcr.io/stefanprodan/podinfo:6.9.2', 'note:1']);
  });
});
