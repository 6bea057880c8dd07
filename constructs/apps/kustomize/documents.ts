import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { cipherText, type Problem } from '../../../model';
import type { Files } from '../../files/folder';
import { flattened, isRecord, type KubernetesObject } from '../../files/object';

/** What is read of a folder, and what is found in it. */
export interface Walk {
  readonly place: string;
  readonly files: Files;
  readonly path: string;
  readonly problems: Problem[];
  incomplete: boolean;
}

const noObject = {
  problem: 'the file contains a document that is not a Kubernetes object with a name',
  next: 'Set `apiVersion`, `kind` and `metadata.name` in each document',
};
const noKind = {
  problem: 'SOPS has encrypted the kind, too, so that Flux cannot apply the object',
  next: "Run `sops decrypt --in-place` on it, and `sops encrypt --in-place --encrypted-regex '^(data|stringData)$'`",
};

/** The objects of a file, those of lists included. */
export function objectsIn(walk: Walk, path: string): KubernetesObject[] {
  const found = documents(walk, path, true).flatMap(flattened);
  return found.flatMap((object) => {
    if (object === null) return [];
    const { apiVersion, kind, metadata } = isRecord(object) ? object : {};
    const hasName = isRecord(metadata) && typeof metadata['name'] === 'string';
    const wrong = cipherText(kind) ? noKind : noObject;
    if (wrong === noObject && typeof apiVersion === 'string' && typeof kind === 'string' && hasName)
      return object as unknown as KubernetesObject;
    walk.problems.push({ place: posix.join(walk.place, path), ...wrong });
    return [];
  });
}

/** The documents that can be read. Kustomize refuses a key that an object has twice, and does not say in which file. */
export function documents(walk: Walk, path: string, uniqueKeys: boolean): unknown[] {
  return parsed(walk.files.get(path)!.toString()).flatMap(({ value, duplicate, broken }) => {
    if (duplicate && uniqueKeys) {
      const place = `${posix.join(walk.place, path)}:${duplicate.line}`;
      walk.problems.push({ place, problem: `\`${duplicate.key}\` is there twice`, next: 'Remove one of the two' });
    }
    if (broken) walk.incomplete = true;
    return broken ? [] : [value];
  });
}

export interface Parsed {
  readonly value?: unknown;
  readonly duplicate?: { readonly key: string; readonly line: number };
  /** Whether it is not YAML, so that kustomize refuses it. */
  readonly broken: boolean;
}

export function parsed(text: string): Parsed[] {
  return parseAllDocuments(text, { merge: true, logLevel: 'silent' }).map((document) => {
    const twice = document.errors.find(({ code }) => code === 'DUPLICATE_KEY');
    const key = twice && /["']?([^"':\s]*)/.exec(text.slice(twice.pos[0]))![1]!;
    const duplicate = twice && { key: key!, line: twice.linePos![0].line };
    try {
      return {
        value: document.toJS() as unknown,
        duplicate,
        broken: document.errors.some(({ code }) => code !== twice?.code),
      };
    } catch {
      return { broken: true };
    }
  });
}
