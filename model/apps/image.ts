import type { Problem } from '../fleet-error';
import { imageDigest, imageName, imageTag } from '../validation/common-rules';
import * as v from '../validation/schema';
import { asRecord, at, type UnknownRecord } from '../validation/values';

/** Which version of an image runs. A digest is that of one build, also where the tag is moved. */
export interface ImageVersion {
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

/** What a cluster changes of an image. A tag or a digest replaces both of the image's own. */
export interface ImageOverride extends ImageVersion {
  /** The image in another registry, without its tag: `mirror.example.com/podinfo`. */
  readonly name?: string;
}

export const imageVersionRules: v.Rules<ImageVersion> = {
  tag: v.optional(imageTag),
  digest: v.optional(imageDigest),
};

export const imageOverride = v.schema<ImageOverride>({ name: v.optional(imageName), ...imageVersionRules });

/** An image as a container has it: `podinfo:6.9.2@sha256:…`. */
export function imageReference({ image, tag, digest }: { readonly image: string } & ImageVersion): string {
  return `${image}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}

/** An image whose tag a cluster sets twice. */
export function* imagesTwice(place: string, _: UnknownRecord, overlay: UnknownRecord): Iterable<Problem> {
  for (const [image, override] of Object.entries(asRecord(overlay['images']))) {
    const { tag, digest } = asRecord(override);
    if (!Object.hasOwn(asRecord(overlay['tags']), image) || (tag ?? digest) === undefined) continue;
    const problem = 'the version of the image is also in `images`';
    yield { place: at(place, `tags.${image}`), problem, next: 'Remove one of the two' };
  }
}

/** The images that a cluster overrides: the property that does so, the name in the app, and the name in the cluster. */
export function imageOverrides({ tags = {}, images = {} }: Overrides): (readonly [string, string, string])[] {
  const names = new Map(Object.entries(images).map(([image, { name }]) => [image, name]));
  return [
    ...Object.keys(tags).map((name) => ['tags', name, names.get(name) ?? name] as const),
    ...Object.entries(images).map(([name, { name: other = name }]) => ['images', name, other] as const),
  ];
}

interface Overrides {
  readonly tags?: Readonly<Record<string, string>>;
  readonly images?: Readonly<Record<string, ImageOverride>>;
}
