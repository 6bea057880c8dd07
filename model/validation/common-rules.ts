import * as v from './schema';

// https://pkg.go.dev/github.com/distribution/reference#pkg-overview
const imagePart = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const imageHost = '[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\\d+)?';
export const imageName = v.pattern(
  new RegExp(`^(?:${imageHost}/)?${imagePart}(?:/${imagePart})*$`),
  'image name',
  'Write it without its tag, and set that with the property `tag` or `digest`',
);
export const imageTag = v.pattern(
  /^[A-Za-z0-9_][-A-Za-z0-9._]{0,127}$/,
  'image tag',
  'Use at most 128 letters, digits, dots, dashes and underscores, in quotes',
);

export const imageDigest = v.pattern(
  /^sha256:[0-9a-f]{64}$/,
  'image digest',
  'Write `sha256:` and 64 hexadecimal digits in lower case',
);

export const replicaCount = v.custom<number>(
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31,
  'number of pods',
  'Use a whole number, 0 or more',
);

// https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container
export const variableName = v.pattern(
  /^(?!\.\.)(?!\.$)[-._A-Za-z][-._A-Za-z0-9]*$/,
  'environment variable name',
  'Use letters, digits, dots, dashes and underscores, and no digit at the start',
);

/** A URL that starts with one of these schemes. */
export function url(schemes: readonly string[], what: string): v.Rule<string> {
  const start = schemes.map((scheme) => `\`${scheme}://\``).join(' or ');
  return v.pattern(new RegExp(`^(${schemes.join('|')})://[^\\s/]\\S*$`), what, `Start it with ${start}`);
}

/** A folder beside `fleet.ts` whose path begins with `start`; neither an absolute path nor one with `..`. */
export function folder(start: string, example: string): v.Rule<string> {
  const regex = new RegExp(`^${start}(?!\\.\\.?(/|$))[^/\\s]+(/(?!\\.\\.?(/|$))[^/\\s]+)*$`);
  return v.pattern(regex, 'folder', `Write its path from the folder of \`fleet.ts\`, as in \`${example}\``);
}

/** A key of an object that is written by cdk8s, which takes `constructor` for the property of every object. */
export const objectKey = v.custom<string>((key) => key !== 'constructor', 'key', 'Choose another name');
