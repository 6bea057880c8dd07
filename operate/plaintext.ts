import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseAllDocuments } from 'yaml';

import { cipherText, FleetError, type Problem } from '../model';

/** What only a file with something secret in it can have. Most files have none of it, and are not parsed. */
const suspicious = /Secret|secretGenerator|AGE-SECRET-KEY-/;

type Obj = Readonly<Record<string, unknown>>;

/**
 * Whatever in a file would put a secret into Git in plain text: a Secret that SOPS has not encrypted, in whatever
 * form (several documents, JSON, a List, a patch within a file), a literal of a `secretGenerator`, or a private key.
 *
 * @returns what is wrong, each as a sentence without its full stop.
 */
export function plaintextIn(text: string): string[] {
  if (!suspicious.test(text)) return [];
  if (/AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]/.test(text)) return ['it holds a private age key'];
  const documents = parseAllDocuments(text.replaceAll('\r\n', '\n'), { logLevel: 'silent', uniqueKeys: false });
  // What has no document at all is not a list, but empty.
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    if (document.errors.length > 0) return [...templated(text)];
    return found(document.toJS({ maxAliasCount: -1 }), true);
  });
}

/** What is no YAML may be the template of a chart: there, each value of a Secret has to be one that is filled in. */
function* templated(text: string): Iterable<string> {
  if (!/^[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?Secret\b/m.test(text)) return;
  const blocks = text.matchAll(/^( *)(?:data|stringData):[ \t]*\n((?:\1[ ]+.*\n?|\s*\n)*)/gm);
  const lines = [...blocks].flatMap(([, , block]) => block!.split('\n'));
  const plain = lines.filter(
    (line) => /^\s*[^\s#{].*:\s*\S/.test(line) && !line.includes('{{') && !/: ENC\[/.test(line),
  );
  if (plain.length > 0)
    yield `${plain.map((line) => `\`${line.trim().split(':')[0]}\``).join(', ')} of a Secret is plain text`;
  else if (!text.includes('{{')) yield 'it holds a Secret, and is not to be read as YAML';
}

/** @param whole whether the value is a document by itself, which SOPS can have encrypted */
function found(value: unknown, whole: boolean): string[] {
  if (typeof value === 'string') return value.includes('\n') && /Secret/.test(value) ? embedded(value) : [];
  if (Array.isArray(value)) return value.flatMap((one) => found(one, false));
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Obj;
  const own = object['kind'] === 'Secret' ? [...secret(object, whole)] : [...generated(object)];
  return [...own, ...Object.values(object).flatMap((one) => found(one, false))];
}

/** A patch in a kustomization.yaml, a manifest in a ConfigMap. */
function embedded(text: string): string[] {
  return parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false })
    .filter((document) => document.errors.length === 0)
    .flatMap((document) => found(document.toJS({ maxAliasCount: -1 }), false));
}

function* secret(object: Obj, whole: boolean): Iterable<string> {
  const values = { ...(object['data'] as Obj), ...(object['stringData'] as Obj) };
  const name = `Secret ${named(object)}`;
  // `{{ … }}` of a chart's template is to YAML an object, which no value of a Secret can be.
  const isTemplate = (one: unknown) => typeof one === 'object' && one !== null;
  const plain = Object.keys(values).filter((key) => !isTemplate(values[key]) && !cipherText(values[key]));
  // Flux fails on what is not text, and prints what it decrypts to.
  const typed = Object.keys(values).filter((key) => (cipherText(values[key])?.type ?? 'str') !== 'str');
  if (typed.length > 0) yield `${typed.map((key) => `\`${key}\``).join(', ')} of ${name} is encrypted, but not as text`;
  const template = Object.values(values).some(isTemplate);
  if (plain.length > 0) yield `${plain.map((key) => `\`${key}\``).join(', ')} of ${name} is plain text`;
  else if (Object.keys(values).length > 0 && !template && !(object['sops'] as Obj | undefined)?.['mac']) {
    yield `${name} lacks what SOPS writes beside its values, so that nothing can decrypt it`;
  }
  if (!whole && Object.keys(values).length > 0) yield `${name} is within another object, where Flux decrypts nothing`;
  if (JSON.stringify(object['metadata'] ?? '').includes('last-applied-configuration')) {
    yield `${name} has an annotation that repeats its values in plain text`;
  }
}

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/secretgenerator */
function* generated(object: Obj): Iterable<string> {
  if (object['kind'] === 'SecretList') yield 'it is a SecretList, in which Flux decrypts nothing';
  if (!Array.isArray(object['secretGenerator'])) return;
  for (const one of object['secretGenerator'] as Obj[]) {
    if (Array.isArray(one['literals']) && one['literals'].length > 0) {
      yield `\`secretGenerator\` has literals, which are plain text`;
    }
  }
}

function named(object: Obj): string {
  const { name } = (object['metadata'] ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? `\`${name}\`` : 'without a name';
}

/** Every file under a folder that would put a secret into Git in plain text. Prose may show examples. */
export function plaintextUnder(folder: string, shown = folder): Problem[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .flatMap((entry) => {
      const file = join(entry.parentPath, entry.name);
      return plaintextIn(readFileSync(file, 'utf8')).map((problem) => ({
        place: join(shown, file.slice(folder.length)),
        problem,
        next: 'Keep the value by `npm run fleet -- secrets set`, or encrypt the file with `sops encrypt --in-place`',
      }));
    })
    .sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** @throws FleetError that names each file under a folder which would put a secret into Git in plain text. */
export function refusePlaintext(folder: string, shown?: string): void {
  const problems = plaintextUnder(folder, shown);
  if (problems.length > 0) throw new FleetError(...problems);
}
