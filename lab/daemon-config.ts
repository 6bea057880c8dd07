import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { hasSysResource } from '../machine/debian';
import { writeWhole } from '../machine/files';
import { repositoryRoot } from '../machine/paths';
import { FleetError } from '../model';

/** The files that {@link limitRunc} writes. */
export interface DaemonFiles {
  /** Docker's configuration. */
  readonly config: string;
  /** The runtime that asks for no CAP_SYS_RESOURCE. */
  readonly runtime: string;
}

const systemFiles: DaemonFiles = {
  config: '/etc/docker/daemon.json',
  runtime: '/usr/local/sbin/runc-without-sys-resource',
};

interface DaemonConfig {
  readonly 'default-runtime'?: string;
  readonly runtimes?: Readonly<Record<string, unknown>>;
}

/**
 * What {@link limitRunc} will do, as an imperative clause; undefined when there is nothing to do.
 *
 * @throws FleetError when the user's own configuration contradicts it
 */
export function limitRuncPlan(files = systemFiles, capable = hasSysResource()): string | undefined {
  if (capable || newConfig(files) === undefined) return undefined;
  const what = `${files.config}, so that containers do not ask for CAP_SYS_RESOURCE, which this machine does not have`;
  return existsSync(files.config) ? `add a default runtime to ${what} (and keep a backup of it)` : `write ${what}`;
}

/**
 * Where this machine does not have CAP_SYS_RESOURCE, makes a runtime the default one that does not ask for it. The user's
 * configuration is kept: the runtime is added to it, and a backup is made first.
 *
 * @throws FleetError when the user's own configuration contradicts it
 */
export function limitRunc(files = systemFiles, capable = hasSysResource()): void {
  if (capable) return;
  const config = newConfig(files);
  copyFileSync(join(repositoryRoot, 'lab/runc-without-sys-resource'), files.runtime);
  if (config === undefined) return;
  if (existsSync(files.config)) copyFileSync(files.config, `${files.config}.${Date.now()}.backup`);
  writeWhole(files.config, `${JSON.stringify(config, undefined, 2)}\n`);
}

/** Docker's configuration with the runtime added; undefined when it has it already. */
function newConfig({ config: file, runtime }: DaemonFiles): DaemonConfig | undefined {
  const name = 'limited';
  const runtimes = { [name]: { path: runtime } };
  const config = existsSync(file) ? parse(readFileSync(file, 'utf8')) : {};
  const refuse = (problem: string) =>
    new FleetError({
      place: file,
      problem,
      next: `Add this to it and restart Docker: \`"runtimes": ${JSON.stringify(runtimes)}, "default-runtime": "${name}"\``,
    });
  if (!config) throw refuse('it is not a JSON object, so the runtime that this machine needs cannot be added');
  const { 'default-runtime': chosen, runtimes: others } = config;
  if (chosen === name && others?.[name]) return undefined;
  if (chosen !== undefined || others?.[name]) {
    throw refuse(
      `it has its own runtime \`${chosen ?? name}\`, which asks for CAP_SYS_RESOURCE, and this machine lacks that`,
    );
  }
  return { ...config, runtimes: { ...others, ...runtimes }, 'default-runtime': name };
}

function parse(text: string): DaemonConfig | undefined {
  try {
    const config: unknown = JSON.parse(text);
    return typeof config === 'object' && config !== null && !Array.isArray(config) ? config : undefined;
  } catch {
    return undefined;
  }
}
