import { type Document, parseAllDocuments } from 'yaml';

import { cipherText, isEncryptedFile } from './cipher-text';

/**
 * What only a file with a secret can have, also in the escapes of a quoted string. Most files are not parsed. The git server's
 * hook looks for it by grep, so it is an extended regular expression of POSIX, too, and about one line.
 */
export const suspicious = /Secret|secretGenerator|\\[xuU]|AGE-SECRET-KEY-|PGP PRIVATE KEY/;

/** What stands for an action of a template: a character that nobody writes. */
const placeholder = '\uE000';

type Obj = Readonly<Record<string, unknown>>;

/**
 * Finds what would put a secret into Git in plain text: a Secret that SOPS has not encrypted, in any form (several
 * documents, JSON, a List, anchors and merges, a patch within a file), a literal of a `secretGenerator`, or a private key.
 * In a chart's template, a Secret whose values are all fixed.
 *
 * @returns the problems, each a sentence without its full stop
 */
export function plaintextIn(text: string): string[] {
  if (!suspicious.test(text)) return [];
  if (/AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]/.test(text)) return ['it has a private age key'];
  if (text.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----')) return ['it has a private PGP key'];
  try {
    return documentsIn(withoutActions(text)).flatMap((document) => {
      if (document.errors.length > 0) return [...inBroken(text)];
      return inValue(document.toJS(), true);
    });
  } catch {
    return ['it has more aliases than can be followed'];
  }
}

/** The same in an object, which is no template. */
export function plaintextInObject(object: object): string[] {
  return inValue(object, true);
}

function documentsIn(text: string): Document.Parsed[] {
  const lines = text.replaceAll(/\r\n?/g, '\n');
  const documents = parseAllDocuments(lines, { logLevel: 'silent', uniqueKeys: false, merge: true });
  // Text without a document gives an object, not a list.
  return Array.isArray(documents) ? documents : [];
}

/** Text of a chart's template as YAML: what controls it is left out, and what it writes has a {@link placeholder}. */
function withoutActions(text: string): string {
  if (!text.includes('{{')) return text;
  const control = /^\{\{-?\s*(\/\*|(if|else|end|range|with|define|block|break|continue)\b|\$\w*\s*:?=)/;
  const plain = text
    .replaceAll(placeholder, '')
    .replaceAll(/\{\{[^]*?\}\}/g, (action) => (control.test(action) ? '' : placeholder));
  // A line of nothing but an action writes keys with their values.
  return plain.replaceAll(new RegExp(`^([ \\t]*)${placeholder}[ \\t]*$`, 'gm'), `$1${placeholder}: ${placeholder}`);
}

/** Text that no parser understands may be a template all the same, in which each value of a Secret must be given. */
function* inBroken(text: string): Iterable<string> {
  if (!/^[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?Secret\b/m.test(text)) return;
  const blocks = text.matchAll(/^( *)(?:data|stringData):[ \t]*\n((?:\1[ ]+.*\n?|\s*\n)*)/gm);
  const lines = [...blocks].flatMap(([, , block]) => block!.split('\n'));
  const plain = lines.filter(
    (line) => /^\s*[^\s#{].*:\s*\S/.test(line) && !line.includes('{{') && !/: ENC\[/.test(line),
  );
  if (plain.length > 0)
    yield `${plain.map((line) => `\`${line.trim().split(':')[0]}\``).join(', ')} of a Secret is plain text`;
  else if (!text.includes('{{')) yield 'it has a Secret, and cannot be parsed as YAML';
}

/** @param isDocument whether the value is a whole document: only those does SOPS encrypt */
function inValue(value: unknown, isDocument: boolean): string[] {
  if (typeof value === 'string') return value.includes('\n') && /Secret/.test(value) ? inText(value) : [];
  if (Array.isArray(value)) return value.flatMap((item) => inValue(item, false));
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Obj;
  const own = object['kind'] === 'Secret' ? [...inSecret(object, isDocument)] : [...inGenerator(object)];
  return [...own, ...Object.values(object).flatMap((part) => inValue(part, false))];
}

/** A patch in a kustomization.yaml, a manifest in a ConfigMap. */
function inText(text: string): string[] {
  return documentsIn(text)
    .filter(({ errors }) => errors.length === 0)
    .flatMap((document) => inValue(document.toJS(), false));
}

function* inSecret(object: Obj, isDocument: boolean): Iterable<string> {
  const all = Object.entries({ ...(object['data'] as Obj), ...(object['stringData'] as Obj) });
  const values = Object.fromEntries(all.filter(([, value]) => !isEncryptedInside(value)));
  const name = `Secret ${nameOf(object)}`;
  // A template gives the values; what of them is fixed is then a name, a type or a file around them.
  const template = JSON.stringify([object['data'], object['stringData'], object[placeholder]]).includes(placeholder);
  const plain = template
    ? []
    : Object.keys(values).filter((key) => !isNothing(values[key]) && !cipherText(values[key]));
  // Flux fails on what is not text, and prints what it decrypts to.
  const typed = Object.keys(values).filter((key) => (cipherText(values[key])?.type ?? 'str') !== 'str');
  if (typed.length > 0) yield `${typed.map((key) => `\`${key}\``).join(', ')} of ${name} is encrypted, but not as text`;
  if (plain.length > 0) yield `${plain.map((key) => `\`${key}\``).join(', ')} of ${name} is plain text`;
  else if (Object.keys(values).length > 0 && !template && !(object['sops'] as Obj | undefined)?.['mac']) {
    yield `${name} lacks the metadata that SOPS adds, so that it cannot be decrypted`;
  }
  if (!isDocument && Object.keys(values).length > 0)
    yield `${name} is inside another object, where Flux decrypts nothing`;
  if (JSON.stringify(object['metadata'] ?? '').includes('last-applied-configuration')) {
    yield `${name} has an annotation that repeats its values in plain text`;
  }
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/secretgenerator */
function* inGenerator(object: Obj): Iterable<string> {
  const isGenerator = object['kind'] === 'SecretGenerator' && object['apiVersion'] === 'builtin';
  if (isGenerator && hasLiterals(object)) yield '`SecretGenerator` has literals, which are plain text';
  if (object['kind'] === 'SecretList') yield 'it is a SecretList, in which Flux decrypts nothing';
  if (!Array.isArray(object['secretGenerator'])) return;
  for (const generator of object['secretGenerator'] as Obj[]) {
    if (hasLiterals(generator)) yield '`secretGenerator` has literals, which are plain text';
  }
}

function hasLiterals({ literals }: Obj): boolean {
  return Array.isArray(literals) && literals.length > 0;
}

/** A value that is an encrypted file in Base64, which Flux decrypts alone. */
function isEncryptedInside(value: unknown): boolean {
  return typeof value === 'string' && isEncryptedFile(Buffer.from(value, 'base64').toString('utf8'));
}

/** A value that holds nothing: what is not text is something that Kubernetes refuses, and may be readable. */
function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function nameOf(object: Obj): string {
  const { name } = (object['metadata'] ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? `\`${name.replaceAll(placeholder, '{{ … }}')}\`` : 'without a name';
}
