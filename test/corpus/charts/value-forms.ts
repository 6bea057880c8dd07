import type { HelmValue, HelmValues } from '../../../model';
import { type Form, sub } from './form';

const schema = (more: object) => ({
  'values.schema.json': JSON.stringify({ type: 'object', properties: { size: { type: 'integer' } }, ...more }),
});
const drafts = ['http://json-schema.org/draft-04/schema#', 'http://json-schema.org/draft-06/schema#'];
const newDrafts = ['draft-07/schema', 'draft/2019-09/schema', 'draft/2020-12/schema'];

let state = 7;
/** A pseudo-random number below a limit, the same in each run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function below(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

const scalars = [null, null, true, false, 0, 1, -3, 2.5, 1e21, 12345678901, '', 'a', 'null', '0o17', 'yes'];

/** Maps of the same few names, so that two of them have values of different types by the same name. */
function randomMap(depth: number): HelmValues {
  const names = ['a', 'b', 'c', 'on', '80'].filter(() => below(2) === 0);
  return Object.fromEntries(names.map((name) => [name, randomValue(depth)]));
}

function randomValue(depth: number): HelmValue {
  const kind = depth > 0 ? below(4) : 3;
  if (kind === 0) return Array.from({ length: below(3) }, () => randomValue(depth - 1));
  return kind < 3 ? randomMap(depth - 1) : scalars[below(scalars.length)]!;
}

function randomMaps(): HelmValues {
  return Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`map${index}`, randomMap(3)]));
}

/** The forms of values and schemas, by a line that says what each is. */
export const valueForms: Readonly<Record<string, Form>> = {
  'values in the words of YAML 1.1, merges, and keys that are there twice': {
    files: { 'values.yaml': 'on: yes\nmode: 0755\na: &a { x: 1 }\nb: { <<: *a, y: 2 }\nc: 1\nc: 2\nd: ~\ne: 1_000\n' },
  },
  'values in several documents': { files: { 'values.yaml': 'a: { b: 1 }\n---\na: { c: 2 }\n' } },
  'values of nothing but a comment': { files: { 'values.yaml': '# none\n' } },
  "null for a value of the chart's, by the app": {
    files: { 'values.yaml': 'probe: { http: { path: / } }\nlimits: { cpu: 1, memory: 2 }\n' },
    app: { values: { probe: { http: null, exec: 'true' }, limits: { cpu: null } } },
  },
  "null for a value of the chart's and of the app's, by the cluster": {
    files: { 'values.yaml': 'a: 1\nb: 2\nc: { d: 3 }\n' },
    app: { values: { b: 3, e: { f: 1 } } },
    overlay: { values: { a: null, b: null, c: { d: null }, e: null } },
  },
  'a value in place of null': {
    files: { 'values.yaml': 'a: { b: 1 }\n' },
    app: { values: { a: null, c: null } },
    overlay: { values: { a: { b: 2 }, c: 3 } },
  },
  'null in lists': {
    files: { 'values.yaml': 'a: [1]\n' },
    app: { values: { a: [null, { b: null }], c: ['null', ':null,'] } },
    overlay: { values: { c: [[null]] } },
  },
  'a value whose type differs in a cluster': {
    files: { 'values.yaml': 'ingress: false\nports: []\n' },
    app: {
      values: { ingress: { enabled: true, hosts: ['a'] }, off: false, ports: [1], same: { deep: { a: 1, b: '' } } },
    },
    overlay: { values: { ingress: false, off: { a: 1, b: null }, ports: { http: 80 }, same: { deep: { a: [1] } } } },
  },
  'empty maps and lists in a cluster': {
    files: { 'values.yaml': 'a: { b: 1 }\nc: [1]\n' },
    app: { values: { a: { d: 1 }, c: [2], e: 'x' } },
    overlay: { values: { a: {}, c: [], e: '', f: {}, g: [] } },
  },
  'random values of the chart, the app and the cluster': {
    files: { 'values.yaml': JSON.stringify(randomMaps()) },
    app: { values: randomMaps() },
    overlay: { values: randomMaps() },
  },
  'values with the names of every object of JavaScript': {
    files: { 'values.yaml': 'constructor: 1\n' },
    app: { values: { toString: { a: 1 }, hasOwnProperty: 'x' } },
    overlay: { values: { constructor: 2, valueOf: { b: null } } },
  },
  ...Object.fromEntries(
    [
      ...drafts,
      ...newDrafts.flatMap((draft) => ['http', 'https'].map((scheme) => `${scheme}://json-schema.org/${draft}#`)),
    ].map((draft): [string, Form] => [
      `a schema of ${draft}`,
      { files: schema({ $schema: draft, required: ['size'] }), app: { values: { size: 1 } } },
    ]),
  ),
  'a schema that allows everything': { files: { 'values.schema.json': 'true' } },
  'a schema with an expression that JavaScript lacks, formats, and an id': {
    files: schema({
      $id: 'https://example.com/own.schema.json',
      properties: { a: { pattern: '^(?i)abc\\z' }, b: { format: 'hostname' }, c: { format: 'unknown' } },
    }),
    app: { values: { a: 'ABC', b: 'example.com', c: 'x' } },
  },
  'a schema that a value does not meet in a cluster': {
    files: schema({}),
    app: { values: { size: 1 } },
    overlay: { values: { size: 'two' } },
    refused: /^charts\/own \(own in dev\): .*at '\/size': got string, want integer.*\n.*`runs\.dev\.own\.values`/,
  },
  'a schema that is none': {
    files: { 'values.schema.json': '{"type": "nothing"}' },
    refused: /not valid against metaschema/,
  },
  'a schema that refers to another on the network': {
    files: { 'values.schema.json': '{"$ref": "https://schemas.example.invalid/a.json"}' },
    plain: ['--skip-schema-validation'],
    notice: 'the values of `charts/own` were not checked, as its schema refers to one on the network',
  },
  "a dependency's schema": {
    files: { ...sub({ 'charts/sub/values.schema.json': '{"properties": {"port": {"type": "integer"}}}' }) },
    app: { values: { sub: { port: 'http' } } },
    refused: /sub: - at '\/port': got string, want integer/,
  },
};
