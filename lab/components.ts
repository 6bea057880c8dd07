import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { tempPath, writeWhole } from '../machine/files';
import { FleetError } from '../model';
import { moduleFiles } from './toolchain';
import { commandNamed, commandPath, labCache } from './commands';
import { hashOf, hashOfTree, isCurrent, stamp } from './inputs';
import { repositoryRoot } from '../machine/paths';

/** The Go module that contains the manifests of Flux and of its operator, with its hash in go.sum. */
const source = {
  module: 'github.com/controlplaneio-fluxcd/flux-operator',
  version: 'v0.58.1',
  sum: 'h1:ME/p3jGf5h9bNmQ5dhQBSjvj0G+7NTI1k3At+pCscis=',
};
const overlay = join(repositoryRoot, 'lab/flux');

/** Flux's install manifest, built by the lab. */
export const components = join(labCache, 'flux-v2.9.4.yaml');
/** The install manifest of the Flux Operator, built by the lab. */
export const operator = join(labCache, `flux-operator-${source.version}.yaml`);

interface Manifest {
  readonly path: string;
  /** The folder of the module that it is built from. */
  readonly folder: string;
  /** A folder that is copied over it. */
  readonly overlay?: string;
  /** The folder in it that kustomize builds. @default - the folder itself */
  readonly build?: string;
}
const fluxFolder = 'config/data/flux/v2.9.4';
const manifests: readonly Manifest[] = [
  { path: components, folder: fluxFolder, overlay },
  { path: operator, folder: 'config', build: 'default' },
];

function inputs({ folder, overlay: over, build }: Manifest): string {
  return hashOf([source, folder, build ?? '', over ? hashOfTree(over) : '']);
}

/** The files of the manifests, each with the hash of what it is built from. */
export function manifestStamps(): (readonly [path: string, inputs: string])[] {
  return manifests.map((manifest) => [manifest.path, inputs(manifest)] as const);
}

export function componentsAreCurrent(): boolean {
  return manifestStamps().every(([path, hash]) => isCurrent(path, hash));
}

/** Builds the install.yaml of the releases of Flux and of its operator, with the kubectl of the lab's hyperkube. */
export async function makeComponents(): Promise<void> {
  for (const manifest of manifests) await make(manifest);
}

async function make(manifest: Manifest): Promise<void> {
  const work = tempPath(manifest.path);
  mkdirSync(work);
  try {
    const files = await sourceFiles(work);
    // Without the modes of Go's module cache, which is read-only.
    await execa('cp', ['-R', '--no-preserve=mode', join(files, manifest.folder), join(work, 'flux')]);
    if (manifest.overlay) cpSync(manifest.overlay, join(work, 'flux'), { recursive: true });
    const hyperkube = commandPath(commandNamed('hyperkube'));
    const { stdout } = await execa(hyperkube, ['kubectl', 'kustomize', join(work, 'flux', manifest.build ?? '.')]);
    writeWhole(manifest.path, `${stdout}\n`);
    stamp(manifest.path, inputs(manifest));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The folder of Flux's manifests, one a controller, as its release has them. @param work an empty folder */
export async function fluxManifests(work: string): Promise<string> {
  return join(await sourceFiles(work), fluxFolder);
}

async function sourceFiles(work: string): Promise<string> {
  writeFileSync(join(work, 'go.mod'), 'module components\n');
  const { Dir, Sum } = await moduleFiles(source.module, work, source.version);
  if (Sum === source.sum) return Dir;
  throw new FleetError({
    place: `Go module ${source.module} ${source.version}`,
    problem: `its hash is ${Sum}, but the expected one is ${source.sum}`,
    next: 'Do not trust this Go module proxy: set GOPROXY to another one',
  });
}
