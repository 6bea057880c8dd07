import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, test } from 'vitest';
import { commandInputs, commandNamed, commands, kubernetesVersion, moduleDirectory } from '../../lab/commands';
import { imageInputs, images, partsOf, preloaded, referencesOf } from '../../lab/images';
import { repositoryRoot } from '../../machine/paths';
import { tools } from '../../machine/tools';

const goMod = (module: (typeof commands)[0]['module']) => readFileSync(join(moduleDirectory(module), 'go.mod'), 'utf8');

/** The version that a go.mod requires of a module; replaced ones are told by their replacement. */
function required(goModule: string, text = goMod('kube')): string | undefined {
  const name = goModule.replaceAll('.', '\\.');
  const replaced = new RegExp(`^\\s*(?:replace )?${name}\\S* => \\S+ (v\\S+)`, 'm').exec(text);
  return (replaced ?? new RegExp(`^\\s*(?:require )?${name} (v\\S+)`, 'm').exec(text))?.[1];
}

describe('a command', () => {
  test.each(commands.map((command) => [command.name, command] as const))(
    '%s is a package of its own module or of one that its go.mod requires',
    (_, { module, package: main }) => {
      if (main.startsWith('.')) {
        expect(existsSync(join(moduleDirectory(module), main, 'main.go'))).toBe(true);
        return;
      }
      const modules = [...goMod(module).matchAll(/^\s*(?:require )?([\w./-]+) v/gm)].map(([, name]) => name!);
      expect(modules.some((name) => main === name || main.startsWith(`${name}/`))).toBe(true);
    },
  );

  test('has other inputs than every other one', () => {
    expect(new Set(commands.map(commandInputs)).size).toBe(commands.length);
  });

  test('that is not in the table is an error with its name', () => {
    expect(() => commandNamed('nothing')).toThrow('the lab builds no command nothing');
  });
});

describe('the versions', () => {
  test('of Kubernetes in go.mod and in the commands are equal', () => {
    expect(required('k8s.io/kubernetes')).toBe(kubernetesVersion);
  });

  test.each(['source', 'kustomize', 'helm', 'notification'])(
    "of Flux's %s-controller in go.mod and of its image are equal",
    (name) => {
      const image = `ghcr.io/fluxcd/${name}-controller`;
      expect(preloaded).toContain(`${image}:${required(`github.com/fluxcd/${name}-controller`)}`);
    },
  );

  test("of kustomize's library are equal in Flux's controllers and in the command", () => {
    expect(required('sigs.k8s.io/kustomize/api', goMod('build-check'))).toBe(required('sigs.k8s.io/kustomize/api'));
  });

  test('of kind, sops, kustomize, helm and flux are those of the downloads', () => {
    const pinned = Object.fromEntries(tools.map(({ name, version }) => [name, `v${version}`]));
    const buildCheck = goMod('build-check');
    expect(required('sigs.k8s.io/kustomize/kustomize/v5', buildCheck)).toBe(pinned.kustomize);
    expect(required('helm.sh/helm/v4', buildCheck)).toBe(pinned.helm);
    expect(required('github.com/fluxcd/flux2/v2', goMod('flux'))).toBe(pinned.flux);
    expect(`v${commandNamed('flux').variables['main.VERSION']}`).toBe(pinned.flux);
    expect(required('sigs.k8s.io/kind')).toBe(pinned.kind);
    expect(required('github.com/getsops/sops/v3')).toBe(pinned.sops);
  });
});

describe('an image', () => {
  test('comes after its parts, and the node last', () => {
    expect(images[0]!.recipe.by).toBe('debootstrap');
    expect(images.at(-1)!.recipe.by).toBe('node');
  });

  test('has other inputs than every other one', () => {
    expect(new Set(images.map(imageInputs)).size).toBe(images.length);
  });

  test('has only commands that the lab builds', () => {
    for (const image of images) {
      const last = image.recipe.by === 'node' ? [image.recipe.lastCommand] : [];
      for (const name of [...partsOf(image).commands, ...last]) expect(commandNamed(name).name).toBe(name);
    }
  });

  test('of kube-proxy is also that of the other three components', () => {
    const kubernetes = images.find(({ reference }) => reference.includes('kube-proxy'))!;
    expect(referencesOf(kubernetes)).toHaveLength(4);
  });

  test('of each controller is in the overlay of the manifest', () => {
    const file = readFileSync(join(repositoryRoot, 'lab/flux/kustomization.yaml'), 'utf8');
    const [overlay] = parseAllDocuments(file).map((document) => document.toJS() as { images: { newName: string }[] });
    const controllers = preloaded.filter((image) => image.startsWith('ghcr.io/fluxcd/'));
    expect(overlay!.images.map(({ newName }) => newName).sort()).toEqual(
      controllers.map((image) => image.split(':')[0]).sort(),
    );
  });
});
