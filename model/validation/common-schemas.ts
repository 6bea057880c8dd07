import { list, rule, text, words } from './schema';

export const path = text(/^\/\S*$/, 'a path', 'Begin it with a slash');

// https://pkg.go.dev/github.com/distribution/reference#pkg-overview
const imagePart = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const imageHost = '[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\\d+)?';
export const image = text(
  new RegExp(`^(?:${imageHost}/)?${imagePart}(?:/${imagePart})*$`),
  "an image's name",
  'Write it without its tag, which is the key `tag`',
);
export const tag = text(
  /^[A-Za-z0-9_][-A-Za-z0-9._]{0,127}$/,
  "an image's tag",
  'Use letters, digits, dots, dashes and underscores, at most 128, in quotes',
);

export const replicas = rule(
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31,
  'a number of pods',
  'Use a whole number, 0 or more',
);

/** What every app says. */
export const common = {
  after: list(words),
  timeout: text(/^([1-9]\d*(\.\d+)?(s|m|h))+$/, 'a time', "Write it as in `'90s'` or `'5m'`"),
};
