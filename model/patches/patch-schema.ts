import type { Problem } from '../fleet-error';
import { at, entries, isObject, list, rule, type Rule, shape, text, words } from '../validation/schema';

// https://datatracker.ietf.org/doc/html/rfc6901
const pointer = text(
  /^(\/([^~]|~[01])*)?$/,
  'a JSON pointer',
  'Begin it with a slash, and write `~1` for a slash in a key and `~0` for `~`',
);

const operationShapes: Readonly<Record<string, Rule>> = {
  add: shape({ required: { op: words, path: pointer, value: anything } }),
  replace: shape({ required: { op: words, path: pointer, value: anything } }),
  test: shape({ required: { op: words, path: pointer, value: anything } }),
  remove: shape({ required: { op: words, path: pointer } }),
  move: shape({ required: { op: words, path: pointer, from: pointer } }),
  copy: shape({ required: { op: words, path: pointer, from: pointer } }),
};

const operation = rule(
  (value) => isObject(value) && Object.hasOwn(operationShapes, String(value['op'])),
  'a step of a JSON patch',
  "Write it as in `{ op: 'replace', path: '/spec/replicas', value: 3 }`",
);

const steps = list(function* (place, value) {
  yield* operation(place, value);
  if (isObject(value) && Object.hasOwn(operationShapes, String(value['op'])))
    yield* operationShapes[String(value['op'])]!(place, value);
});

/** A merge's keys that say which object it is: a patch changes an object and makes no other of it. */
const identity = ['apiVersion', 'kind'];

const patch: Rule = function* (place, value) {
  if (Array.isArray(value)) yield* steps(place, value);
  else if (isObject(value)) yield* merge(place, value);
  else {
    const next = 'Write the part of the object that differs, or a list of the steps of a JSON patch';
    yield { place, problem: 'it is no patch', next };
  }
};

function* merge(place: string, value: Readonly<Record<string, unknown>>): Iterable<Problem> {
  for (const key of identity.filter((each) => value[each] !== undefined)) {
    yield { place: at(place, key), problem: `a patch cannot change \`${key}\``, next: `Leave \`${key}\` out` };
  }
}

/** Patches by the kinds of the objects that an app has. */
export function patchesByKind(kinds: readonly string[]): Rule {
  return shape({ optional: Object.fromEntries(kinds.map((kind) => [kind, patch])) });
}

/** Patches by kind and name. A Secret is encrypted, and its encryption signs it: nothing can be changed of it. */
export const patchesByName: Rule = entries(function* (place, key) {
  yield* text(
    /^[A-Z][A-Za-z0-9]*\/[^/\s]+$/,
    'the kind and the name of an object',
    "Write it as in `'Deployment/cache'`",
  )(place, key);
  if (!String(key).startsWith('Secret/')) return;
  const next = 'Change its encrypted file, with `npm run fleet -- secrets set`';
  yield { place, problem: 'a Secret cannot be patched', next };
}, patch);

function anything(): [] {
  return [];
}
