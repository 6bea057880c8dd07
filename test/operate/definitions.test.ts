import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { definedObjects } from '../../operate/definitions';
import { FakeApiServer } from '../fakes/kubernetes/api-server';

const folder = mkdtempSync(join(tmpdir(), 'definitions-'));
const kubeconfig = join(folder, 'kubeconfig');
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.example.org' },
  spec: {
    group: 'example.org',
    names: { kind: 'Gadget' },
    versions: [
      { name: 'v1alpha1', served: false },
      { name: 'v1', served: true },
    ],
  },
};
const gadget = (name: string) => ({ apiVersion: 'example.org/v1', kind: 'Gadget', metadata: { name, namespace: 'a' } });
const held = (name = 'gadgets.example.org') => definedObjects('dev', kubeconfig, name);

let api: FakeApiServer;
beforeEach(async () => {
  api = await new FakeApiServer().start();
  api.writeKubeconfig(kubeconfig);
});
afterEach(async () => {
  await api.stop().catch(() => undefined);
  rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
});

describe('what is deleted with a definition', () => {
  it('is what the cluster has of its kind, in the version that it serves', async () => {
    api.put(definition, gadget('one'), gadget('two'));
    expect(await held()).toBe('Gadget a/one, a/two');
    api.put(...Array.from({ length: 5 }, (_, n) => gadget(`z${n}`)));
    expect(await held()).toBe('Gadget a/one, a/two, a/z0, a/z1, a/z2 and 2 more');
  });

  it('is nothing where there is nothing of its kind, no such definition, or no cluster yet', async () => {
    api.put(definition, gadget('one'));
    api.store.remove(gadget('one'));
    expect(await held()).toBeUndefined();
    expect(await held('other.example.org')).toBeUndefined();
    rmSync(kubeconfig);
    expect(await held()).toBeUndefined();
  });

  it('is not known where the cluster does not answer, and is not taken for nothing', async () => {
    await api.stop();
    expect(await held()).toBe('the cluster does not answer, so its objects are not known');
  });
});
