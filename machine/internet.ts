import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { allOf } from './all-of';
import { FleetError } from '../model';
import { localImages } from './docker';
import { download, type Asset } from './download';
import { moveInPlace, removeAbandoned } from './files';
import { cacheDirectory } from './paths';
import { downloadTool, findTool, isFound, tools } from './tools';

/** kind 0.32.0's own node image, by the digest that its release notes give. */
export const nodeImage = 'kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5';

/** The images that this machine itself needs; a cluster gets the others. */
export const hostImages: readonly string[] = [nodeImage, 'debian:trixie-slim'];

/** A manifest that is downloaded, and where it is kept. */
interface Manifest {
  readonly name: string;
  readonly asset: Asset;
  readonly path: string;
}

function manifest(name: string, asset: Omit<Asset, 'file' | 'unlisted'>): Manifest {
  return {
    name: `${name}'s manifest ${asset.tag}`,
    // The checksums are those of a command first of all, which the fleet does without.
    asset: { ...asset, file: 'install.yaml', unlisted: 'accept' },
    path: join(cacheDirectory, 'flux', `${basename(asset.repository)}-${asset.tag}.yaml`),
  };
}

const flux = manifest('Flux', { repository: 'fluxcd/flux2', tag: 'v2.9.4', checksums: 'flux_2.9.4_checksums.txt' });
const operator = manifest('the Flux Operator', {
  repository: 'controlplaneio-fluxcd/flux-operator',
  tag: 'v0.58.1',
  checksums: 'flux-operator_0.58.1_checksums.txt',
});
/** The manifests that the clusters' stacks install. */
export const manifests = [flux, operator];

/** Directories for PATH and variables with which pulumi and kind are found and find their own. */
export async function internetEnvironment(): Promise<{ path: string[]; environment: Record<string, string> }> {
  const found = (await Promise.all(tools.map(findTool))).filter(isFound);
  return {
    path: found.filter(({ from }) => from === 'cache').map(({ path }) => dirname(path)),
    environment: {
      FLUX_FLEET_NODE_IMAGE: nodeImage,
      FLUX_FLEET_FLUX_COMPONENTS: flux.path,
      FLUX_FLEET_FLUX_OPERATOR: operator.path,
    },
  };
}

/** The tools and files that are missing, by name. The engine and its images are not asked for. */
export async function missingFiles(): Promise<string[]> {
  const found = await Promise.all(tools.map(findTool));
  const missing = tools.filter((_, index) => !isFound(found[index]!)).map(({ name, version }) => `${name} ${version}`);
  return [...missing, ...missingManifests().map(({ name }) => name)];
}

/** Whether nothing has to be downloaded but images. Asks no network. */
export async function filesAreComplete(): Promise<boolean> {
  return missingManifests().length === 0 && (await missingFiles()).length === 0;
}

function missingManifests(): Manifest[] {
  return manifests.filter(({ path }) => !existsSync(path));
}

export async function missingHostImages(): Promise<string[]> {
  const present = await localImages(hostImages);
  return hostImages.filter((image) => !present.has(image));
}

/** Downloads what is missing, side by side, and pulls images. @throws FleetError that names every failure. */
export async function prepareFromInternet(report: (line: string) => void): Promise<void> {
  for (const part of ['tools', 'flux']) removeAbandoned(join(cacheDirectory, part));
  const found = await Promise.all(tools.map(findTool));
  const downloads = tools
    .filter((_, index) => !isFound(found[index]!))
    .map((tool) => async () => {
      report(`downloading ${tool.name} ${tool.version}`);
      await downloadTool(tool);
    });
  for (const { name, asset, path } of missingManifests()) {
    downloads.push(async () => {
      report(`downloading ${name}`);
      moveInPlace(await download(asset, path), path);
    });
  }
  await allOf(downloads.map((start) => start()));
  await allOf((await missingHostImages()).map((image) => pull(image, report)));
}

async function pull(image: string, report: (line: string) => void): Promise<void> {
  report(`pulling ${image}`);
  const { failed, stderr } = await execa('docker', ['pull', '--quiet', image], { reject: false });
  if (!failed) return;
  throw new FleetError({
    place: `image ${image}`,
    problem: stderr.trim().split('\n').at(-1) ?? 'it could not be pulled',
    next: "See whether Docker reaches the image's registry, or set FLUX_FLEET_SOURCE=lab to build every image here",
  });
}
