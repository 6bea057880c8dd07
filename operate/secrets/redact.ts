import { sideBySide } from '../../machine/all-of';
import { requiredSecrets } from '../../model';
import type { SecretsFolder } from './folder';

/** What stands in the place of a secret. */
const mask = '***';

/**
 * Takes what a cluster's secrets are out of sentences about the cluster: an API server or Helm may repeat a value that it
 * refuses, and Flux repeats that. The secrets are decrypted when a sentence has words that are not ours, in parentheses;
 * where that fails, those words are left out.
 */
export function redactor(folder: SecretsFolder, cluster: string): (sentences: readonly string[]) => Promise<string[]> {
  const apps = requiredSecrets(folder.fleet).flatMap((one) => (one.cluster === cluster ? [one.app] : []));
  let values: Promise<readonly string[] | undefined> | undefined;
  return async (sentences) => {
    if (apps.length === 0 || !sentences.some((sentence) => sentence.includes('('))) return [...sentences];
    values ??= valuesOf(folder, cluster, [...new Set(apps)]);
    const known = await values;
    return sentences.map((sentence) => (known ? redacted(sentence, known) : sentence.replace(/\(.*\)/s, withheld)));
  };
}

/** The values of a cluster's secrets, as they are taken out of texts; undefined where they cannot be decrypted here. */
export async function redactableValues(folder: SecretsFolder, cluster: string): Promise<readonly string[] | undefined> {
  const apps = requiredSecrets(folder.fleet).flatMap((one) => (one.cluster === cluster ? [one.app] : []));
  return apps.length === 0 ? [] : valuesOf(folder, cluster, [...new Set(apps)]);
}

const withheld = '(its message is not shown: it may repeat a secret, and the secrets cannot be decrypted here)';

async function valuesOf(folder: SecretsFolder, cluster: string, apps: readonly string[]) {
  try {
    const files = await sideBySide(apps, (app) => folder.decrypt({ cluster, app }));
    return files.flatMap(({ data, stringData }) => [
      ...Object.values((data ?? {}) as Record<string, string>).map((value) => Buffer.from(value, 'base64').toString()),
      ...Object.values((stringData ?? {}) as Record<string, string>),
    ]);
  } catch {
    return undefined;
  }
}

/** A text without these values, in whichever of the usual forms they stand in it. */
export function redacted(text: string, values: readonly string[]): string {
  const forms = [...new Set(values.flatMap((value) => formsOf(String(value))))].filter(Boolean);
  // The longest first: one value may be a part of another.
  forms.sort((a, b) => b.length - a.length);
  return forms.reduce((rest, form) => rest.replaceAll(pattern(form), mask), text);
}

function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [value, ...lines].flatMap((one) => [
    one,
    JSON.stringify(one).slice(1, -1),
    encodeURIComponent(one),
    Buffer.from(one).toString('base64'),
    Buffer.from(one).toString('base64url'),
  ]);
}

/** A value of a few characters is taken for one where it stands alone, as it is a part of many words. */
function pattern(form: string): RegExp {
  const exact = form.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return form.length < 4 ? new RegExp(`(?<!\\w)${exact}(?!\\w)`, 'g') : new RegExp(exact, 'g');
}
