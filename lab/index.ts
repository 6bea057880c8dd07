import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { allOf } from '../machine/all-of';
import { removeAbandoned } from '../machine/files';
import { exclusively } from '../machine/lock';
import { repositoryRoot } from '../machine/paths';
import { isInstalled, plugins, type Plugin } from '../machine/plugins';
import { FleetError } from '../model';
import { buildCommands, missingCommands } from './build';
import { buildImages } from './build-images';
import { hostCommands, imageCommands, labCache } from './commands';
import { components, componentsAreCurrent, makeComponents, operator } from './components';
import { startEngine } from './engine';
import { missingImages, nodeImage } from './images';
import { planLines } from './plan';
import { seedFile, takeSeed } from './seed';
import { needGo } from './toolchain';

/** The folder of PATH with the lab's own of a Pulumi plugin, which is a Node program of this repository. */
export function labPlugin(plugin: Plugin): string {
  return join(repositoryRoot, 'lab/plugins', plugin);
}

const kubectl = join(hostCommands, 'kubectl');

/** Directories for PATH and variables with which pulumi and kind use what is the lab's own; not for installed plugins. */
export function labEnvironment(): { path: string[]; environment: Record<string, string> } {
  return {
    path: [hostCommands, ...plugins.filter((plugin) => !isInstalled(plugin)).map(labPlugin)],
    environment: {
      FLUX_FLEET_NODE_IMAGE: nodeImage,
      FLUX_FLEET_FLUX_COMPONENTS: components,
      FLUX_FLEET_FLUX_OPERATOR: operator,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      DOCKER_BUILDKIT: '0',
    },
  };
}

/** Whether the lab has ever been chosen on this machine: something of it is in the cache. */
export function labWasChosen(): boolean {
  return existsSync(join(hostCommands, '.stamps'));
}

/** Whether everything is in the cache; the engine and its images are not asked for. */
export function labFilesAreComplete(): boolean {
  return missingCommands().length === 0 && componentsAreCurrent() && existsSync(kubectl);
}

/** What is missing, by name. Starts nothing. */
export async function missingFromLab(): Promise<string[]> {
  const commands = missingCommands().map(({ name }) => `command ${name}`);
  const manifest = componentsAreCurrent() ? [] : ["Flux's manifest"];
  const link = existsSync(kubectl) ? [] : ['command kubectl'];
  return [...commands, ...manifest, ...link, ...(await missingImages()).map(({ reference }) => `image ${reference}`)];
}

/**
 * The lab, whole: Docker's engine, every command, Flux's manifest and every image. What is there is left as it is; one
 * process at a time builds, and a run that is cut off loses no more than the step that it was at.
 *
 * @throws FleetError
 */
export async function prepareLab(report: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') {
    throw new FleetError({
      place: 'lab',
      problem: `it builds for Linux, and this is ${process.platform}`,
      next: 'Use a machine that reaches the internet, or a Linux one',
    });
  }
  if ((await missingFromLab()).length === 0) return;
  const waiting = (pid: string) => report(`process ${pid} is building the lab: waiting for it`);
  await exclusively(labCache, waiting, async () => {
    for (const directory of [labCache, hostCommands, imageCommands]) removeAbandoned(directory);
    await startEngine(report);
    const seed = seedFile();
    if (seed && missingCommands().length > 0) await takeSeed(seed, report);
    for (const line of await planLines()) report(line);
    if (missingCommands().length > 0 || !componentsAreCurrent()) await needGo(report);
    const commands = buildCommands(report);
    const manifest = commands.all.then(async () => {
      linkKubectl();
      if (componentsAreCurrent()) return;
      report("making Flux's manifest");
      await makeComponents();
    });
    await allOf([manifest, buildImages(report, commands.ready)]);
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

export { refuseWhatTheLabLacks } from './limits';
