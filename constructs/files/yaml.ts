import { Scalar, type ScalarTag, stringify, type Tags } from 'yaml';
import { stringifyString } from 'yaml/util';
import { throwProblems } from '../../model';

/** What kustomize fails on or changes: control characters, and a tab at the start. */
const refused = /[\u007f-\u009f\u2028\u2029]|^\n*\t|\p{Surrogate}/u;
/** A mark of the encoding, which is one at the start of a text only if nothing says that it is more. */
const byteOrderMark = '\ufeff';
/** Blanks that a block of lines would lose or mistake for its indentation. */
const blanks = /^[ \t]|\n[ \t]+(\n|$)/;

/** Text, in place of the library's own tag: most values are texts, and it looks for a tag in the order of the list. */
const textTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: (value) => typeof value === 'string',
  resolve: (text) => text,
  stringify(item, context, ...rest) {
    const text = item.value as string;
    if (text.includes(byteOrderMark) || (text.includes('\n') && blanks.test(text))) item.type = Scalar.QUOTE_DOUBLE;
    return stringifyString(item, Object.assign({ actualString: true }, context), ...rest);
  },
};

/**
 * Text stays text: YAML 1.1 reads other numbers than YAML 1.2, and Go's library reads those of both and some of its own,
 * as `0X1F`. Without the tag of merges, which takes `<<` for more than a text.
 */
const tags = (known: Tags): Tags => [
  ...known.flatMap((tag) => {
    if (typeof tag === 'string') return tag;
    if (tag.tag === 'tag:yaml.org,2002:merge') return [];
    return tag.tag === textTag.tag ? textTag : tag;
  }),
  { tag: 'tag:yaml.org,2002:int', default: true, test: /^([-+]?0[box]|<<$|=$)/i, resolve: (text: string) => text },
];

/**
 * A Kubernetes object as YAML that means the same to every parser.
 *
 * @param file the path of the file, for the error
 * @throws FleetError that names each text that kustomize cannot take
 */
export function toYaml(object: object, file: string): string {
  throwProblems(refusedTexts(object, '').map((where) => problem(file, where)));
  const text = isFilled(object) && isSimple(object) ? `${block(object, '')}\n` : byLibrary(object);
  return text.replaceAll(byteOrderMark, '\\ufeff');
}

function byLibrary(value: unknown): string {
  return stringify(value, { keepUndefined: true, lineWidth: 0, version: '1.1', customTags: tags });
}

/** Whether a value has nothing but maps, lists, numbers, truth values and texts of one line. */
function isSimple(value: unknown): boolean {
  if (typeof value === 'string') return value.length < 1000 && !value.includes('\n');
  if (typeof value !== 'object')
    return typeof value === 'boolean' || (Number.isSafeInteger(value) && !Object.is(value, -0));
  if (Array.isArray(value)) return value.every(isSimple);
  if (value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.entries(value).every(([key, part]) => isSimple(key) && isSimple(part));
}

/**
 * The lines of a simple map or list, as the library writes them, which is asked once for each text: it needs ten times as
 * long for the same lines.
 */
function block(value: object, indent: string): string {
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => `${indent}- ${isFilled(item) ? block(item, inner).slice(inner.length) : inline(item)}`)
    : Object.entries(value).map(
        ([key, part]) => `${indent}${inline(key)}:${isFilled(part) ? `\n${block(part, inner)}` : ` ${inline(part)}`}`,
      );
  return lines.join('\n');
}

function isFilled(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** Each text, number and truth value that the library was asked for, as it writes it. */
const texts = new Map<unknown, string>();

function inline(value: unknown): string {
  const known = texts.get(value) ?? byLibrary([value]).slice(2, -1);
  if (typeof value !== 'object') texts.set(value, known);
  return known;
}

/** The paths of the texts, and of the names, with what is refused. */
function refusedTexts(value: unknown, path: string): string[] {
  if (typeof value === 'string') return refused.test(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const at = path ? `${path}.${key}` : key;
    return refused.test(key) ? [at] : refusedTexts(part, at);
  });
}

function problem(file: string, where: string) {
  return {
    place: `manifests/${file}`,
    problem: `\`${where}\` has a control character, or begins with a tab: kustomize cannot take it`,
    next: 'Remove it, or give the text to the app in Base64',
  };
}
