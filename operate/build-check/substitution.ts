import { parseDocument, stringify } from 'yaml';

import { substituteAnnotation } from '../../model';
import type { BuiltObject, Fault } from './built';
import { isBuiltIn, type KubernetesObject, title } from './object';

/** What follows `${`. After an odd number of other `$` it is text. */
const references = /(?<!\$)(?:\$\$)*\$\{#?([^${}]*)/g;
/** A name and what can follow it: https://github.com/fluxcd/pkg/tree/main/envsubst */
const expression = /^(\w+)(=|:[-+=?]|\^{1,2}$|,{1,2}$|##?.|%%?.|\/.*\/|:\d|$)/;
/** Properties of Kubernetes's own objects that hold texts. */
const ofTexts = ['annotations', 'args', 'command', 'data', 'labels', 'matchLabels', 'nodeSelector', 'stringData'];

/** An object as it is once Flux has substituted what is known, and what would be wrong with it then. */
export function substituted(built: BuiltObject): { readonly built: BuiltObject; readonly faults: readonly Fault[] } {
  const { unit, object } = built;
  const { labels, annotations } = object.metadata;
  const isDisabled = [labels, annotations].some((each) => each?.[substituteAnnotation] === 'disabled');
  if (!unit.postBuild || isDisabled || !JSON.stringify(object).includes('${')) return { built, faults: [] };
  const { substitute = {}, substituteFrom = [] } = unit.postBuild;
  const values = new Map(Object.entries(substitute));
  const isRefused = (reference: string) => {
    const [, name = '', operator = ''] = expression.exec(reference) ?? [];
    return !name || !(values.has(name) || substituteFrom.length > 0 || /[-+=?]$/.test(operator));
  };
  const text = stringify(object, { lineWidth: 0, version: '1.1' });
  const unset = new Set([...text.matchAll(references)].map(([, reference]) => reference!).filter(isRefused));
  const faults: Fault[] = [...unset].map((reference) => ({
    built,
    problem: `\`\${${reference}}\` of ${title(object)} has no value, or is no expression that Flux knows`,
    next: `Set it in \`postBuild.substitute\` of \`apps.${unit.name}\`, or write \`$\${${reference}}\` where it is text`,
  }));
  // As Flux does it: in the text.
  const after = parseDocument(
    text.replaceAll(/(?<!\$)\$\{(\w+)\}/g, (same, name: string) => values.get(name) ?? same),
    { version: '1.1', logLevel: 'silent' },
  );
  const next = "Write the variable's value in double quotes too, as in `'\"8080\"'`";
  if (after.errors.length > 0) {
    const problem = `${title(object)} would not be YAML any more, once Flux has substituted its variables`;
    return { built, faults: [...faults, { built, problem, next }] };
  }
  JSON.stringify(after.toJS(), (key, value: unknown) => {
    const problem = `\`${key}\` of ${title(object)} would have a value that is not text, once Flux has substituted it`;
    if (isBuiltIn(object) && hasOtherThanText(key, value)) faults.push({ built, problem, next });
    return value;
  });
  return { built: { ...built, object: after.toJS() as KubernetesObject }, faults };
}

function hasOtherThanText(key: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const items: unknown[] = Object.values(value);
  if (key === 'env')
    return items.some((item) => typeof ((item as { value?: unknown } | null)?.value ?? '') !== 'string');
  return ofTexts.includes(key) && items.some((item) => typeof item !== 'string');
}
