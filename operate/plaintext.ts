import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { cipherText, type Problem, throwProblems } from '../model';

/** Text that only a file with a secret can have. Most files have none, and are not parsed. */
const suspicious = /Secret|secretGenerator|AGE-SECRET-KEY-|PGP PRIVATE KEY/;

type Obj = Readonly<Record<string, unknown>>;

/**
 * Finds what would put a secret into Git in plain text: a Secret that SOPS has not encrypted, in any form (several
 * documents, JSON, a List, a patch within a file), a literal of a `secretGenerator`, or a private key.
 *
 * @returns the problems, each a sentence without its full stop
 */
export function plaintextIn(text: string): string[] {
  if (!suspicious.test(text)) return [];
  if (/AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]/.test(text)) return ['it has a private age key'];
  if (text.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----')) return ['it has a private PGP key'];
  const documents = parseAllDocuments(text.replaceAll('\r\n', '\n'), { logLevel: 'silent', uniqueKeys: false });
  // Text without a document gives an object, not a list.
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    if (document.errors.length > 0) return [...inTemplate(text)];
    return inValue(document.toJS({ maxAliasCount: -1 }), true);
  });
}

/** Text that is not YAML may be a template of a chart, where each value of a Secret must be a placeholder. */
function* inTemplate(text: string): Iterable<string> {
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
  return parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false })
    .filter((document) => document.errors.length === 0)
    .flatMap((document) => inValue(document.toJS({ maxAliasCount: -1 }), false));
}

function* inSecret(object: Obj, isDocument: boolean): Iterable<string> {
  const values = { ...(object['data'] as Obj), ...(object['stringData'] as Obj) };
  const name = `Secret ${nameOf(object)}`;
  // YAML reads `{{ … }}` of a chart's template as an object, which no value of a Secret can be.
  const isTemplate = (value: unknown) => typeof value === 'object' && value !== null;
  const plain = Object.keys(values).filter((key) => !isTemplate(values[key]) && !cipherText(values[key]));
  // Flux fails on what is not text, and prints what it decrypts to.
  const typed = Object.keys(values).filter((key) => (cipherText(values[key])?.type ?? 'str') !== 'str');
  if (typed.length > 0) yield `${typed.map((key) => `\`${key}\``).join(', ')} of ${name} is encrypted, but not as text`;
  const template = Object.values(values).some(isTemplate);
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
  if (object['kind'] === 'SecretList') yield 'it is a SecretList, in which Flux decrypts nothing';
  if (!Array.isArray(object['secretGenerator'])) return;
  for (const generator of object['secretGenerator'] as Obj[]) {
    const { literals } = generator;
    if (Array.isArray(literals) && literals.length > 0) yield '`secretGenerator` has literals, which are plain text';
  }
}

function nameOf(object: Obj): string {
  const { name } = (object['metadata'] ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? `\`${name}\`` : 'without a name';
}

/** The problems of every file under a folder that would put a secret into Git in plain text. Markdown may show examples. */
export function plaintextUnder(folder: string, shown = folder): Problem[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .flatMap((entry) => {
      const file = join(entry.parentPath, entry.name);
      return plaintextIn(readFileSync(file, 'utf8')).map((problem) => ({
        place: join(shown, file.slice(folder.length)),
        problem,
        next: 'Store the value with `npm run fleet -- secrets set`, or encrypt the file with `sops encrypt --in-place`',
      }));
    })
    .sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** @throws FleetError that names each file under a folder that would put a secret into Git in plain text. */
export function refusePlaintext(folder: string, shown?: string): void {
  throwProblems(plaintextUnder(folder, shown));
}
