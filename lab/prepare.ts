import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { allOf } from '../machine/all-of';
import { removeAbandoned } from '../machine/files';
import { exclusively, type Holder } from '../machine/lock';
import { FleetError } from '../model';
import { buildCommands, missingCommands } from './build';
import { buildImages } from './build-images';
import { hostCommands, imageCommands, labCache } from './commands';
import { componentsAreCurrent, makeComponents } from './components';
import { startEngine } from './engine';
import { missingImages } from './images';
import { planLines } from './plan';
import { seedFile, takeSeed } from './seed';
import { needGo } from './toolchain';

const kubectl = join(hostCommands, 'kubectl');

/** Whether everything is in the cache. Docker's engine and its images are not checked. */
export function labIsCached(): boolean {
  return missingCommands().length === 0 && componentsAreCurrent() && existsSync(kubectl);
}

/** What is missing, by name. Changes nothing. */
export async function missingFromLab(): Promise<string[]> {
  const commands = missingCommands().map(({ name }) => `command ${name}`);
  const manifest = componentsAreCurrent() ? [] : ["Flux's manifest"];
  const link = existsSync(kubectl) ? [] : ['command kubectl'];
  return [...commands, ...manifest, ...link, ...(await missingImages()).map(({ reference }) => `image ${reference}`)];
}

/**
 * Installs and starts Docker's engine, and builds every command, manifest and image that is missing. Only one process
 * builds at a time, and a build that is interrupted loses only the step that it was working on.
 *
 * @throws FleetError
 */
export async function prepareLab(report: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') {
    throw new FleetError({
      place: 'FLUX_FLEET_SOURCE',
      problem: `the lab builds for Linux only, and this machine runs ${process.platform}`,
      next: 'Use a Linux machine, or one that reaches the internet (`FLUX_FLEET_SOURCE=internet`)',
    });
  }
  if ((await missingFromLab()).length === 0) return;
  // The modes of what is made are those of images and of packages, which a user's umask must not change.
  process.umask(0o022);
  const waiting = (holder?: Holder) =>
    report(`waiting for ${holder ? `process ${holder.pid}` : 'another process'}, which is building the lab`);
  await exclusively({ name: labCache, command: 'provide', waiting }, async () => {
    for (const directory of [labCache, hostCommands, imageCommands]) removeAbandoned(directory);
    await startEngine(report);
    const seed = seedFile();
    if (seed && missingCommands().length > 0) await takeSeed(seed, report);
    for (const line of await planLines()) report(line);
    if (missingCommands().length > 0 || !componentsAreCurrent()) await needGo(report);
    const commands = buildCommands(report);
    const manifest = commands.ready('hyperkube').then(async () => {
      linkKubectl();
      if (componentsAreCurrent()) return;
      report('building the manifests of Flux');
      await makeComponents();
    });
    await allOf([commands.all, manifest, buildImages(report, commands.ready)]);
  });
}

function linkKubectl(): void {
  if (lstatSync(kubectl, { throwIfNoEntry: false })) {
    if (existsSync(kubectl)) return;
    rmSync(kubectl);
  }
  mkdirSync(hostCommands, { recursive: true });
  symlinkSync(join('..', 'image-bin', 'hyperkube'), kubectl);
}
