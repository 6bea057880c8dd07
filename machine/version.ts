/** Major, minor and patch of the first `1.2.3` in a text, as commands print it when asked for their version. */
export type Version = readonly [major: number, minor: number, patch: number];

/** The first version in a text; undefined when it has none. */
export function versionIn(text: string): Version | undefined {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)] : undefined;
}

/** Versions from `from` on, and less than `below`. */
export interface VersionRange {
  readonly from: Version;
  readonly below: Version;
}

export function compareVersions(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

export function isWithin(version: Version, { from, below }: VersionRange): boolean {
  return compareVersions(version, from) >= 0 && compareVersions(version, below) < 0;
}

export function showVersion(version: Version): string {
  return version.join('.');
}

/** As its reader would say it: `3.200.0 or later, below 4.0.0`. */
export function showRange({ from, below }: VersionRange): string {
  return `${showVersion(from)} or later, below ${showVersion(below)}`;
}
