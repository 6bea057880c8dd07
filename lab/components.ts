import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { besides, writeWhole } from '../machine/files';
import { FleetError } from '../model';
import { moduleFiles } from './toolchain';
import { commandNamed, commandPath, labCache } from './commands';
import { hashOf, hashOfTree, isCurrent, stamp } from './inputs';
import { repositoryRoot } from '../machine/paths';

/** The Go module that carries Flux's own manifests for this version, and the hash that Go knows it by. */
const source = {
  module: 'github.com/controlplaneio-fluxcd/flux-operator',
  version: 'v0.58.1',
  sum: 'h1:ME/p3jGf5h9bNmQ5dhQBSjvj0G+7NTI1k3At+pCscis=',
  folder: 'config/data/flux/v2.9.4',
};
const overlay = join(repositoryRoot, 'lab/flux');

/** Flux's install manifest, as the lab makes it. */
export const components = join(labCache, 'flux-v2.9.4.yaml');

function inputs(): string {
  return hashOf([source, hashOfTree(overlay)]);
}

export function componentsAreCurrent(): boolean {
  return isCurrent(components, inputs());
}

/** Writes {@link components}: what Flux's release has as install.yaml. Needs the lab's hyperkube, for its kubectl. */
export async function makeComponents(): Promise<void> {
  const work = besides(components);
  mkdirSync(work);
  try {
    writeFileSync(join(work, 'go.mod'), 'module components\n');
    const { Dir, Sum } = await moduleFiles(source.module, work, source.version);
    if (Sum !== source.sum) {
      throw new FleetError({
        place: `Go module ${source.module} ${source.version}`,
        problem: `its hash is ${Sum}, and should be ${source.sum}`,
        next: 'Do not use it: ask whoever runs your Go module proxy',
      });
    }
    // Without the modes of Go's module cache, which is read-only.
    await execa('cp', ['-R', '--no-preserve=mode', join(Dir, source.folder), join(work, 'flux')]);
    cpSync(overlay, join(work, 'flux'), { recursive: true });
    const hyperkube = commandPath(commandNamed('hyperkube'));
    const { stdout } = await execa(hyperkube, ['kubectl', 'kustomize', join(work, 'flux')]);
    writeWhole(components, `${stdout}\n`);
    stamp(components, inputs());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
