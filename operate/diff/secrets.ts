import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { load } from 'js-yaml';

import { cipherText, isEncryptedFile } from '../../model';
import { isObject } from '../../model/validation/values';
import { sideBySide } from '../../machine/all-of';
import type { BuiltObject } from '../build-check/built';
import { groupOf, type KubernetesObject } from '../build-check/object';
import { Hidden } from './hidden';

/** Puts what can be compared in place of each value of an object that must not be shown. */
export type Hide = (object: KubernetesObject) => KubernetesObject;

/** Decrypts a file that SOPS encrypted for a cluster. @throws FleetError when nothing here opens it */
export type Decrypt = (of: { cluster: string; app: string }, text: string) => Promise<Record<string, unknown>>;

/** An encrypted file of one side. */
interface EncryptedText {
  readonly cluster: string;
  readonly app: string;
  readonly text: string;
}

/**
 * Compares secrets by digests with a key of this run alone: equal values have equal digests, and a digest tells nothing
 * about its value. Only files whose ciphertext differs are decrypted.
 */
export class SecretDigests {
  private readonly key = randomBytes(32);
  /** By ciphertext. SOPS encrypts the same value to another text each time, so that a text stands for one value. */
  private readonly values = new Map<string, string>();

  constructor(private readonly decrypt: Decrypt) {}

  readonly hide: Hide = (object) => {
    if (!isSecret(object)) return this.hideCiphers(object) as KubernetesObject;
    const { data, stringData, ...rest } = object;
    const entries = [
      ...Object.entries(isObject(data) ? data : {}).map(([key, value]) => [key, this.hidden(value, true)] as const),
      ...Object.entries(isObject(stringData) ? stringData : {}).map(
        ([key, value]) => [key, this.hidden(value)] as const,
      ),
    ];
    return { ...rest, data: Object.fromEntries(entries) };
  };

  /**
   * Decrypts what has to be to compare two sides of a cluster.
   *
   * @param folders where the files of each side are
   * @returns the files that nothing here opens, by cluster and app
   */
  async read(
    sides: readonly { readonly folder: string; readonly objects: Iterable<BuiltObject> }[],
  ): Promise<string[]> {
    const texts = sides.map(({ folder, objects }) => encryptedTexts(folder, objects));
    const differing = texts.flatMap((side, index) => {
      const others = texts.flatMap((other, at) => (at === index ? [] : other));
      return side.filter(({ app, text }) => {
        const beside = others.filter((other) => other.app === app);
        return beside.length > 0 && !beside.some((other) => other.text === text);
      });
    });
    const locked: string[] = [];
    await sideBySide(differing, async ({ cluster, app, text }) => {
      try {
        this.learn(load(text), await this.decrypt({ cluster, app }, text), false);
      } catch {
        locked.push(`${app} in ${cluster}`);
      }
    });
    return [...new Set(locked)].sort();
  }

  /** Notes the digest of each encrypted value, of which one part has the ciphertext and the other the value. */
  private learn(cipher: unknown, plain: unknown, isBase64: boolean): void {
    if (typeof cipher === 'string' && cipherText(cipher)) {
      this.values.set(cipher, this.digest(plain, isBase64));
    } else if (isObject(cipher) && isObject(plain)) {
      for (const [key, value] of Object.entries(cipher))
        this.learn(value, plain[key], key === 'data' && isData(cipher));
    } else if (Array.isArray(cipher) && Array.isArray(plain))
      cipher.forEach((each, i) => this.learn(each, plain[i], isBase64));
  }

  private digest(value: unknown, isBase64 = false): string {
    const bytes = isBase64 && typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.from(toText(value));
    return createHmac('sha256', this.key).update(bytes).digest('base64');
  }

  private hidden(value: unknown, isBase64 = false): Hidden {
    if (cipherText(value)) return new Hidden(value as string, this.values.get(value as string));
    const text = isBase64 && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : '';
    // A file that a generator has put into it.
    return isEncryptedFile(text) ? new Hidden(text, undefined) : new Hidden(undefined, this.digest(value, isBase64));
  }

  private hideCiphers(part: unknown): unknown {
    if (cipherText(part)) return this.hidden(part);
    if (Array.isArray(part)) return part.map((item) => this.hideCiphers(item));
    if (!isObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, this.hideCiphers(value)]));
  }
}

function isData(object: object): boolean {
  return 'kind' in object && object.kind === 'Secret';
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function encryptedTexts(folder: string, objects: Iterable<BuiltObject>): EncryptedText[] {
  const files = new Map<string, EncryptedText>();
  for (const { object, file, unit } of objects) {
    const path = join(folder, file);
    if (!object['sops'] || files.has(file) || !existsSync(path)) continue;
    files.set(file, { cluster: unit.cluster, app: unit.name, text: readFileSync(path, 'utf8') });
  }
  return [...files.values()];
}

export function isSecret(object: KubernetesObject): boolean {
  return object.kind === 'Secret' && groupOf(object) === '';
}
