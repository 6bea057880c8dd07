import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { FleetError } from '../../model';
import { allOf } from '../all-of';
import { localImages } from '../docker';
import { type Asset, download } from '../download';
import { lastLine, moveInPlace, removeAbandoned } from '../files';
import { cacheDirectory } from '../paths';
import { downloadTool, findTool, isFound, tools } from '../tools';

/** kind 0.32.0's own node image, by the digest that its release notes give. */
export const nodeImage = 'kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5';

/** The images that this machine needs. Each cluster pulls its own. */
export const hostImages: readonly string[] = [nodeImage, 'debian:trixie-slim'];

/** A manifest that is downloaded, and its place in the cache. */
interface Manifest {
  readonly name: string;
  readonly asset: Asset;
  readonly path: string;
}

function manifest(name: string, asset: Omit<Asset, 'file' | 'unlisted'>): Manifest {
  return {
    name: `${name}'s manifest ${asset.tag}`,
    // The release lists the checksums of its command, and not always that of the manifest.
    asset: { ...asset, file: 'install.yaml', unlisted: 'accept' },
    path: join(cacheDirectory, 'flux', `${basename(asset.repository)}-${asset.tag}.yaml`),
  };
}

export const flux = manifest('Flux', {
  repository: 'fluxcd/flux2',
  tag: 'v2.9.4',
  checksums: 'flux_2.9.4_checksums.txt',
});
export const operator = manifest('the Flux Operator', {
  repository: 'controlplaneio-fluxcd/flux-operator',
  tag: 'v0.58.1',
  checksums: 'flux-operator_0.58.1_checksums.txt',
});
/** The manifests that a cluster's stack installs. */
export const manifests = [flux, operator];

/** The tools and manifests that are missing, by name. */
export async function missingFiles(): Promise<string[]> {
  const found = await Promise.all(tools.map(findTool));
  const missing = tools.filter((_, index) => !isFound(found[index]!)).map(({ name, version }) => `${name} ${version}`);
  return [...missing, ...missingManifests().map(({ name }) => name)];
}

function missingManifests(): Manifest[] {
  return manifests.filter(({ path }) => !existsSync(path));
}

export async function missingHostImages(): Promise<string[]> {
  const present = await localImages(hostImages);
  return hostImages.filter((image) => !present.has(image));
}

/** Downloads the missing tools and manifests in parallel, then pulls the images. @throws FleetError that names every failure */
export async function downloadMissing(report: (line: string) => void): Promise<void> {
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
    problem: `cannot pull it: ${lastLine(stderr)}`,
    next:
      `Run \`docker pull ${image}\` to see why. Where no registry can be reached, set FLUX_FLEET_SOURCE=lab to build ` +
      'every image on this machine',
  });
}
