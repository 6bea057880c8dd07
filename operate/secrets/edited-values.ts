import { isDeepStrictEqual } from 'node:util';
import { type Document, isAlias, isMap, isScalar, type ParsedNode } from 'yaml';
import { FleetError, isBase64, isSecretKey, type Problem, throwProblems } from '../../model';
import { parsedYaml } from './parsed-yaml';

/** A value of a Secret that is to be another one, or none. */
export interface Change {
  readonly field: 'data' | 'stringData';
  readonly key: string;
  /** Undefined where the key is removed. */
  readonly value?: string;
}

interface Edit {
  readonly before: Readonly<Record<string, unknown>>;
  readonly place: string;
}

const fields = ['data', 'stringData'] as const;

/**
 * What somebody has changed in a decrypted Secret. A value is the text that they typed, whatever YAML takes it for: a
 * number, `yes` and `null` are those letters.
 *
 * @throws FleetError when something else than a value was changed, or a value is not text. It shows no value.
 */
export function changesIn(text: string, edit: Edit): Change[] {
  const document = parsed(text, edit.place);
  const others = otherFields(document.toJS() as object, edit);
  const texts = fields.map((field) => textsOf(document, field, edit));
  throwProblems([...others, ...texts.flatMap((each) => each.problems)]);
  return fields.flatMap((field, index) => changes(field, { was: valuesOf(edit, field), is: texts[index]!.values }));
}

function parsed(text: string, place: string): Document.Parsed {
  const { document, mistake } = parsedYaml(text);
  if (!mistake && isMap(document.contents)) return document;
  const where = mistake ? ` (line ${mistake.line}: ${mistake.code})` : '';
  const next = 'Put what has `: `, ` #` or such in it in single quotes, or below `|`';
  throw new FleetError({ place, problem: `what was typed is not a Secret in YAML${where}`, next });
}

function* otherFields(after: object, { before, place }: Edit): Iterable<Problem> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names) {
    if (fields.some((field) => field === name)) continue;
    if (isDeepStrictEqual((after as Edit['before'])[name], before[name])) continue;
    const problem = `\`${name}\` was changed, and fleet.ts says what it is`;
    yield { place, problem, next: `Change values alone, below \`stringData\`, and leave \`${name}\` as it was` };
  }
}

function textsOf(document: Document.Parsed, field: Change['field'], { before, place }: Edit) {
  const problems: Problem[] = [];
  const refuse = (problem: string, next: string) => problems.push({ place, problem, next });
  const node = document.get(field, true);
  const pairs = isMap<ParsedNode, ParsedNode | null>(node) ? node.items : [];
  if (!isMap(node) && document.get(field) != null) refuse(`\`${field}\` is not a map`, 'Write `KEY: value` below it');
  const values = new Map<string, string>();
  for (const pair of pairs) {
    const key = textOf(pair.key, document) ?? '';
    const value = textOf(pair.value, document);
    if (!isSecretKey(key)) {
      refuse('a key is not one of a Secret', 'Use letters, digits, dots, dashes and underscores in keys');
    } else if (value === undefined) {
      refuse(`\`${key}\` is a list or a map`, 'Write text: in quotes, or below `|` when it has several lines');
    } else if (value === '' && valuesOf({ before }, field)[key] !== '') {
      refuse(`the value of \`${key}\` is empty`, 'Write a value, or remove the whole line');
    } else if (field === 'data' && !isBase64(value)) {
      refuse(`the value of \`${key}\` is not base64`, 'Write it below `stringData`, where it is taken as it is');
    } else {
      values.set(key, value);
    }
  }
  return { problems, values };
}

/** The text of a scalar as it was typed; undefined for a list or a map. */
function textOf(node: unknown, document: Document.Parsed): string | undefined {
  const target: unknown = isAlias(node) ? node.resolve(document) : node;
  if (target === null) return '';
  if (!isScalar(target)) return undefined;
  return typeof target.value === 'string' ? target.value : (target.source ?? '');
}

function valuesOf({ before }: Pick<Edit, 'before'>, field: Change['field']): Readonly<Record<string, unknown>> {
  return (before[field] ?? {}) as Record<string, unknown>;
}

function changes(
  field: Change['field'],
  { was, is }: { readonly was: Readonly<Record<string, unknown>>; readonly is: ReadonlyMap<string, string> },
): Change[] {
  const set = [...is].filter(([key, value]) => was[key] !== value).map(([key, value]) => ({ field, key, value }));
  const removed = Object.keys(was).filter((key) => !is.has(key));
  return [...set, ...removed.map((key) => ({ field, key }))];
}
