import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findCommand } from '../machine/files';
import { cacheDirectory } from '../machine/paths';
import type { ToolSource } from '../machine/tool-source';
import { FleetError } from '../model';

/** The sources of tools and images by name, the preferred one first; the last one needs no other. */
const sources: Readonly<Record<string, () => Promise<ToolSource>>> = {
  internet: async () => (await import('../machine/internet/source.ts')).internet,
  lab: async () => (await import('../lab/index.ts')).lab,
};

export interface Choice {
  readonly source: ToolSource;
  /** Why this one, in a few words; undefined when it is simply the one that this machine has been using. */
  readonly reason?: string;
}

let probed: Promise<Choice> | undefined;

/**
 * The source of this machine: the one of FLUX_FLEET_SOURCE, otherwise the first whose files are all in the cache, otherwise
 * the first that can be reached. The network is asked once per process.
 *
 * @throws FleetError when FLUX_FLEET_SOURCE is wrong
 */
export async function chooseSource(): Promise<Choice> {
  return (await knownSource()) ?? (await (probed ??= firstReachable()));
}

async function firstReachable(): Promise<Choice> {
  const unreachable: string[] = [];
  for (const load of Object.values(sources)) {
    const source = await load();
    const others = unreachable.length > 0 ? `${unreachable.join(' and ')} cannot be reached` : 'can be reached';
    if (await source.isReachable()) return { source, reason: others };
    unreachable.push(source.name);
  }
  throw new Error('the last source of tools must always be reachable');
}

/** The source that is asked for or has everything in the cache; undefined when only the network can tell. */
export async function knownSource(): Promise<Choice | undefined> {
  const name = process.env.FLUX_FLEET_SOURCE;
  if (!name) {
    for (const source of await usedSources()) if (await source.isCached()) return { source };
    return undefined;
  }
  if (Object.hasOwn(sources, name)) return { source: await sources[name]!(), reason: 'FLUX_FLEET_SOURCE' };
  const names = Object.keys(sources).map((source) => `\`${source}\``);
  throw new FleetError({
    place: 'FLUX_FLEET_SOURCE',
    problem: `there is no source of tools and images named \`${name}\``,
    next: `Set it to ${names.join(' or ')}, or unset it`,
  });
}

/** Those that may have something in the cache. The lab is not loaded to find out that it has nothing. */
async function usedSources(): Promise<ToolSource[]> {
  const used = Object.keys(sources).filter((name) => name !== 'lab' || existsSync(join(cacheDirectory, 'lab')));
  return Promise.all(used.map((name) => sources[name]!()));
}

/** The path of a command that one of the sources has in the cache; undefined when none has it. */
export async function findCachedCommand(name: string): Promise<string | undefined> {
  for (const source of await usedSources()) {
    const found = findCommand(name, (await source.environment()).path.join(delimiter));
    if (found) return found;
  }
  return undefined;
}

export const defaultSource = () => Object.values(sources)[0]!();
