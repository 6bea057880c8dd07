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
  const text = stringify(object, { keepUndefined: true, lineWidth: 0, version: '1.1', customTags: tags });
  throwProblems(refusedTexts(object, '').map((where) => problem(file, where)));
  return text.replaceAll(byteOrderMark, '\\ufeff');
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
