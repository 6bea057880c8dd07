import { join } from 'node:path';
import { repositoryRoot } from '../machine/paths';
import { localImages, type LocalImage } from '../machine/docker';
import { commandInputs, commandNamed, kubernetesVersion } from './commands';
import { hashOf, hashOfTree } from './inputs';

/** The label with the hash of an image's inputs. */
export const inputsLabel = 'io.flux-fleet.lab.inputs';

/** kind's node image. */
export const nodeImage = `kindest/node:${kubernetesVersion}`;

/** The base image of every image with more than one command. */
export const debianImage = 'debian:trixie-slim';

/** Debian packages, installed by debootstrap. */
interface DebianRecipe {
  readonly by: 'debootstrap';
  readonly suite: string;
  readonly include: readonly string[];
}

/** One static command, with certificates and a user table. */
interface CommandRecipe {
  readonly by: 'command';
  readonly command: string;
  /** Where it is in the image, without the first slash. */
  readonly path: string;
  readonly user: string;
}

/** A Dockerfile in a folder of the lab, with commands in its build context. */
interface DockerfileRecipe {
  readonly by: 'dockerfile';
  /** A folder under lab/. */
  readonly folder: string;
  readonly commands: readonly string[];
  /** Other names of the same image. */
  readonly aliases: readonly string[];
}

/** {@link DockerfileRecipe}, then every image below put into the node's containerd. */
interface NodeRecipe {
  readonly by: 'node';
  readonly folder: string;
  readonly commands: readonly string[];
  /** A command that is added last, so that the rest does not wait for its build. */
  readonly lastCommand: string;
}

export interface Image {
  readonly reference: string;
  readonly recipe: DebianRecipe | CommandRecipe | DockerfileRecipe | NodeRecipe;
}

function ofCommand(reference: string, path: string, user: string): Image {
  const command = path.split('/').at(-1)!;
  return { reference, recipe: { by: 'command', command, path, user } };
}

const kubernetes = (component: string) => `registry.k8s.io/${component}:${kubernetesVersion}`;

/** Every image of the lab, each after its parts. */
export const images: readonly Image[] = [
  { reference: debianImage, recipe: { by: 'debootstrap', suite: 'trixie', include: ['ca-certificates'] } },
  {
    reference: kubernetes('kube-proxy'),
    recipe: {
      by: 'dockerfile',
      folder: 'kubernetes',
      commands: ['hyperkube'],
      aliases: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(kubernetes),
    },
  },
  ofCommand('registry.k8s.io/pause:3.10', 'pause', '65535:65535'),
  ofCommand('registry.k8s.io/etcd:3.6.8-0', 'usr/local/bin/etcd', '0'),
  ofCommand('registry.k8s.io/coredns/coredns:v1.14.2', 'coredns', '65532:65532'),
  ofCommand('ghcr.io/fluxcd/source-controller:v1.9.4', 'usr/local/bin/source-controller', '65534:65534'),
  {
    reference: 'ghcr.io/fluxcd/kustomize-controller:v1.9.4',
    recipe: { by: 'dockerfile', folder: 'kustomize-controller', commands: ['kustomize-controller'], aliases: [] },
  },
  ofCommand('ghcr.io/fluxcd/helm-controller:v1.6.3', 'usr/local/bin/helm-controller', '65534:65534'),
  ofCommand('ghcr.io/fluxcd/notification-controller:v1.9.3', 'usr/local/bin/notification-controller', '65534:65534'),
  ofCommand('ghcr.io/stefanprodan/podinfo:6.9.2', 'home/app/podinfo', '100:101'),
  {
    reference: nodeImage,
    recipe: {
      by: 'node',
      folder: 'node',
      commands: ['hyperkube', 'containerd', 'containerd-shim-runc-v2', 'ctr', 'crictl'],
      lastCommand: 'kube-router',
    },
  },
];

/** Every name of an image. */
export function referencesOf({ reference, recipe }: Image): string[] {
  return recipe.by === 'dockerfile' ? [reference, ...recipe.aliases] : [reference];
}

/** What an image is built from: its base image and commands. */
export function partsOf({ recipe }: Image): { base: string[]; commands: readonly string[] } {
  switch (recipe.by) {
    case 'debootstrap':
      return { base: [], commands: [] };
    case 'command':
      return { base: [], commands: [recipe.command] };
    case 'dockerfile':
    case 'node':
      return { base: [debianImage], commands: recipe.commands };
  }
}

/** The names of the images that every node has. */
export const preloaded: readonly string[] = images
  .filter(({ recipe }) => recipe.by === 'command' || recipe.by === 'dockerfile')
  .flatMap(referencesOf);

/** The hash of everything that an image is built from. */
export function imageInputs({ recipe }: Image): string {
  switch (recipe.by) {
    case 'debootstrap':
      return hashOf(recipe);
    case 'command':
      return hashOf([recipe, commandInputs(commandNamed(recipe.command))]);
    case 'dockerfile':
      return hashOf([recipe, ...parts(recipe), imageInputs(images[0]!)]);
    case 'node': {
      const inside = images.filter((image) => image.recipe.by !== 'node').map(imageInputs);
      return hashOf([recipe, ...parts(recipe), commandInputs(commandNamed(recipe.lastCommand)), ...inside]);
    }
  }
}

function parts({ folder, commands }: Pick<DockerfileRecipe, 'folder' | 'commands'>): string[] {
  const tree = hashOfTree(join(repositoryRoot, 'lab', folder));
  return [tree, ...commands.map((name) => commandInputs(commandNamed(name)))];
}

/** The images that the engine does not have under each of their names, or has from other inputs than the lab's present ones. */
export async function missingImages(): Promise<Image[]> {
  const present = await localImages(images.flatMap(referencesOf));
  return images.filter((image) => !isPresent(image, present));
}

/** @param present what the engine has by reference. */
export function isPresent(image: Image, present: ReadonlyMap<string, LocalImage>): boolean {
  const inputs = imageInputs(image);
  return referencesOf(image).every((reference) => present.get(reference)?.labels[inputsLabel] === inputs);
}
