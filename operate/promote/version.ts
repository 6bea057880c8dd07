import { appModels, type AppVersion, type Fleet, FleetError, type VersionPin } from '../../model';

/** An app in a cluster. */
export interface Place {
  readonly cluster: string;
  readonly app: string;
}

/**
 * The version of an app in a cluster, as `fleet.ts` has it.
 *
 * @throws FleetError for a tenant, and for an app that has the same version in every cluster
 */
export function versionOf(fleet: Fleet, { cluster, app }: Place): AppVersion {
  const model = fleet.apps[app];
  const version = model && appModels.of(model).version?.(model, fleet.runs[cluster]?.[app] ?? {});
  if (version) return version;
  const problem = model
    ? `its chart is in Git, and every cluster has the same files of it: only its values can differ`
    : 'it is a tenant, which has no version';
  const next = model
    ? 'Set what differs in `runs`, and use `npm run fleet -- push`; or use `helmChart(…)` or `ociChart(…)`, which have versions'
    : 'Use the name of an app';
  throw new FleetError({ place: `${model ? 'apps' : 'tenants'}.${app}`, problem, next });
}

/**
 * A version as text: `6.9.2`, `6.9.2@sha256:…`, or for the images of an app `ghcr.io/org/a:1, ghcr.io/org/b:2`, where an
 * image without a tag has the app's own.
 */
export function versionText({ tag, digest, tags, version }: VersionPin): string {
  if (tags) {
    const images = Object.entries<string | undefined>(tags).sort(([a], [b]) => (a < b ? -1 : 1));
    return images.map(([image, own]) => (own === undefined ? image : `${image}:${own}`)).join(', ');
  }
  return version ?? [tag, digest].filter(Boolean).join('@');
}

/** The same for people: images without their registry, digests by their beginning. */
export function shortVersion(pin: VersionPin): string {
  return versionText(pin)
    .replaceAll(/[^\s,]*\//g, '')
    .replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]+/g, '$1');
}

/** The version of a text that {@link versionText} gave. An image that has the app's own tag is without one. */
export function parseVersion(of: AppVersion['of'], text: string): VersionPin {
  switch (of) {
    case 'chart':
      return { version: text };
    case 'image':
      return imageVersion(text);
    case 'images':
      return { tags: Object.fromEntries(text.split(', ').filter(Boolean).map(imageAndTag)) as Record<string, string> };
  }
}

function imageVersion(text: string): VersionPin {
  const [, tag, digest] = /^(?:([^@:]+)@?)?(sha256:[0-9a-f]{64})?$/.exec(text) ?? [];
  return { ...(tag && { tag }), ...(digest && { digest }) };
}

function imageAndTag(reference: string): [string, string | undefined] {
  const { image, tag } = parseImage(reference);
  return [image, tag];
}

/** The parts of an image: `registry:5000/org/app:1.0@sha256:…`. */
export function parseImage(reference: string): {
  readonly image: string;
  readonly tag?: string;
  readonly digest?: string;
} {
  const [, image = reference, tag, digest] = /^(.+?)(?::([\w][\w.-]*))?(?:@(\w+:\w+))?$/.exec(reference) ?? [];
  return { image, ...(tag && { tag }), ...(digest && { digest }) };
}
