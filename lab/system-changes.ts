import { canInstall } from '../machine/debian';
import { findCommand } from '../machine/files';
import { missingCommands } from './build';
import { engineChanges, enginePackages } from './engine';
import { debianImage, missingImages } from './images';
import { lacksGo } from './toolchain';

/** What building the lab will change on this machine outside of the cache and Docker's images, as imperative clauses. */
export async function systemChanges(): Promise<string[]> {
  const packages = canInstall() ? await packagesToInstall() : [];
  const install = packages.length > 0 ? [`install Debian packages: ${packages.join(', ')}`] : [];
  return [...install, ...(await engineChanges())];
}

async function packagesToInstall(): Promise<string[]> {
  const engine = await enginePackages();
  const needsDebootstrap =
    !findDebootstrap() && (await missingImages()).some(({ reference }) => reference === debianImage);
  const needsGo = missingCommands().length > 0 && lacksGo();
  return [...engine, ...(needsDebootstrap ? ['debootstrap'] : []), ...(needsGo ? ['golang-go'] : [])];
}

/** The path of debootstrap, which Debian puts into a folder that only root has on PATH. */
export function findDebootstrap(): string | undefined {
  return findCommand('debootstrap', `${process.env.PATH}:/usr/sbin`);
}
