import type { Problem } from './fleet-error';
import { imageDigest, imageTag } from './validation/common-rules';
import { chartVersion } from './apps/chart';
import * as v from './validation/schema';
import { asRecord, at, type UnknownRecord } from './validation/values';

/** The version of an app in a cluster: of the kind of app, one of these. */
export interface VersionPin {
  /** Of the image of a web app. */
  readonly tag?: string;
  /** Of the image of a web app, instead of its tag. */
  readonly digest?: string;
  /** Of the images of an app of objects, by image. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Of the chart of a Helm app that is in a repository or a registry. */
  readonly version?: string;
}

/**
 * The versions of apps that differ by cluster: `{ "prod": { "app-a": { "tag": "6.9.2" } } }`. They are kept in a file of
 * data, which `fleet promote` changes, and which nothing else has to read.
 */
export type Versions = Readonly<Record<string, Readonly<Record<string, VersionPin>>>>;

/** What of an app has a version, and which one a cluster has by `fleet.ts`. */
export type AppVersion =
  /** The image of a web app, without its tag. */
  | { readonly of: 'image'; readonly image: string; readonly pin: VersionPin }
  /** The images of an app of objects. Those that have another name in the cluster are in `names`, by that name. */
  | { readonly of: 'images'; readonly names: Readonly<Record<string, string>>; readonly pin: VersionPin }
  | { readonly of: 'chart'; readonly pin: VersionPin };

const pin = v.schema<VersionPin>({
  tag: v.optional(imageTag),
  digest: v.optional(imageDigest),
  tags: v.optional(v.record(v.anything as v.Rule<string>, imageTag)),
  version: v.optional(chartVersion),
});

export const versionsRule: v.Rule<Versions> = v.record(
  v.anything as v.Rule<string>,
  v.record(v.anything as v.Rule<string>, pin),
);

/** What is wrong with versions beyond their form: those of what a cluster does not run, and those that are set twice. */
export function* versionProblems(versions: unknown, runs: Readonly<Record<string, UnknownRecord>>): Iterable<Problem> {
  for (const [cluster, pins] of Object.entries(asRecord(versions))) {
    for (const [app, pinned] of Object.entries(asRecord(pins))) {
      const place = `versions.${cluster}.${app}`;
      const running = runs[cluster] ?? {};
      if (!Object.hasOwn(running, app)) {
        const next = `Remove it, or add \`'${app}': {}\` to \`runs.${cluster}\``;
        yield { place, problem: `${cluster} does not run ${app}`, next };
        continue;
      }
      for (const key of Object.keys(asRecord(pinned))) {
        if (!Object.hasOwn(asRecord(running[app]), key)) continue;
        yield {
          place: at(place, key),
          problem: `it is also set in \`runs.${cluster}.${app}\``,
          next: 'Remove one of the two',
        };
      }
    }
  }
}

/** What clusters run, with the versions that are set for them. */
export function withVersions<R extends Readonly<Record<string, UnknownRecord>>>(runs: R, versions: unknown): R {
  const pins = asRecord(versions);
  return Object.fromEntries(
    Object.entries(runs).map(([cluster, running]) => {
      const pinned = asRecord(pins[cluster]);
      const merged = Object.entries(running).map(([app, overlay]) =>
        Object.hasOwn(pinned, app) && overlay !== undefined
          ? [app, { ...asRecord(overlay), ...asRecord(pinned[app]) }]
          : [app, overlay],
      );
      return [cluster, Object.fromEntries(merged) as UnknownRecord];
    }),
  ) as R;
}
