import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { tempPath, removeAbandoned } from '../../machine/files';
import { defineFleet, type Fleet, FleetError, type VersionPin, type Versions } from '../../model';
import type { Place } from './version';

/** What a cluster is to have of an app from now on. */
export interface Pin extends Place {
  /** Instead of the one that the file has; without any property, the file has none. */
  readonly pin: VersionPin;
}

/** The file of data that `fleet.ts` takes the versions of clusters from. */
export interface VersionsFile {
  /** As `fleet.ts` names it: `versions.json`. */
  readonly name: string;
  readonly path: string;
}

/**
 * Finds the file by the import in `fleet.ts`.
 *
 * @throws FleetError with the lines that `fleet.ts` lacks
 */
export function versionsFile(root: string, fleet: Fleet): VersionsFile {
  const source = readFileSync(join(root, 'fleet.ts'), 'utf8');
  const imports = [...source.matchAll(/^import\s+(\w+)\s+from\s+(['"])\.\/(\S+\.json)\2/gm)];
  const used = /(?:^\s*|[{,]\s*)versions(?:\s*:\s*(\w+))?\s*(?=[,}])/m.exec(source);
  const name = used && imports.find(([, imported]) => imported === (used[1] ?? 'versions'))?.[3];
  const path = name && join(root, name);
  if (path && existsSync(path) && isDeepStrictEqual(contentOf(path), fleet.versions)) {
    return { name, path: realpathSync(path) };
  }
  throw new FleetError({
    place: 'fleet.ts',
    problem: 'it does not take the versions of clusters from a file of data, which is what a promotion changes',
    next:
      "Add `import versions from './versions.json';` at its top and `versions,` in `defineFleet({ … })`, and write `{}` into " +
      'versions.json: docs/examples/versions.ts has all of it',
  });
}

/** The fleet with another version of an app in a cluster. @throws FleetError where `fleet.ts` has it in `runs` */
export function withPin(fleet: Fleet, file: VersionsFile, { cluster, app, pin }: Pin): Fleet {
  const overlay = { ...fleet.runs[cluster]![app] } as Record<string, unknown>;
  const pinned = fleet.versions[cluster]?.[app] ?? {};
  for (const key of ['tag', 'digest', 'tags', 'version'] as const) {
    if (overlay[key] !== undefined && pinned[key] === undefined) {
      const example = JSON.stringify({ [cluster]: { [app]: { [key]: overlay[key] } } });
      throw new FleetError({
        place: `runs.${cluster}.${app}.${key}`,
        problem: `fleet.ts has the version here, and a promotion changes nothing but ${file.name}`,
        next: `Move it to ${file.name}, which can be \`${example}\`, and run the same command again`,
      });
    }
    delete overlay[key];
  }
  const running = { ...fleet.runs[cluster], [app]: { ...overlay, ...pin } };
  // The versions are in what the clusters run already.
  const props = { ...fleet, versions: {}, runs: { ...fleet.runs, [cluster]: running } };
  return defineFleet(props as Parameters<typeof defineFleet>[0]);
}

/**
 * Writes a version into the file while something else is done: beside the file before that, in its place after it. So
 * the file cannot fail to be written when the work is done, and is as it was where the work fails.
 */
export async function changing<T>(file: VersionsFile, change: Pin, work: () => Promise<T>): Promise<T> {
  removeAbandoned(dirname(file.path));
  const part = tempPath(file.path);
  const write = () => writeFileSync(part, changedText(readFileSync(file.path, 'utf8'), change));
  try {
    write();
    const result = await work();
    // Somebody may have edited it meanwhile.
    write();
    renameSync(part, file.path);
    return result;
  } finally {
    rmSync(part, { force: true });
  }
}

/** The file's text with another version in it. Its order and its indentation stay. */
export function changedText(text: string, { cluster, app, pin }: Pin): string {
  const versions = parsed(text) as Record<string, Record<string, VersionPin>>;
  const indentation = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  const others = { ...versions[cluster] };
  if (Object.keys(pin).length > 0) others[app] = pin;
  else delete others[app];
  return `${JSON.stringify({ ...versions, [cluster]: others }, undefined, indentation)}\n`;
}

function contentOf(path: string): unknown {
  return parsed(readFileSync(path, 'utf8'));
}

/** As Node.js reads it: without a byte order mark. */
function parsed(text: string): Versions {
  return JSON.parse(text.replace(/^\ufeff/, '')) as Versions;
}
