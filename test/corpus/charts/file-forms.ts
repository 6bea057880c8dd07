import { chartFile, type Form, map, sub } from './form';

const needs = (name: string, more = '') =>
  `dependencies:\n  - { name: ${name}, version: 1.0.0, repository: "https://charts.example.com"${more} }\n`;
const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: hunter2 }\n';
const definition = (group: string) =>
  `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.${group} }
spec:
  group: ${group}
  names: { kind: Widget, listKind: WidgetList, plural: widgets, singular: widget }
  scope: Namespaced
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`;
/** The last one keeps what a chart needs. */
const ignoreRules = [
  'ci',
  '/ci',
  'ci/',
  '*.txt',
  'sub/*',
  'sub/*.txt',
  'a?c',
  'a[b-d]c',
  'a[^b-d]c',
  'a\\*c',
  'a.c',
  '/a*',
  '!*[acm]*',
];
const ignorePaths = ['ci', 'sub', 'sub/ci', 'sub/deep', 'abc', 'a*c', 'a.c', 'axc', 'x'];

/** The forms of files, by a line that says what each is. */
export const fileForms: Readonly<Record<string, Form>> = {
  'apiVersion: v1': { files: { 'Chart.yaml': 'apiVersion: v1\nname: own\nversion: 0.1.0\n' } },
  'a Chart.yaml of Helm 2, without an apiVersion': { files: { 'Chart.yaml': 'name: own\nversion: 0.1.0\n' } },
  'requirements.yaml, and the chart that it names': {
    files: {
      ...sub(),
      'Chart.yaml': 'apiVersion: v1\nname: own\nversion: 1.0.0\n',
      'requirements.yaml': needs('sub'),
      'requirements.lock': needs('sub'),
    },
    app: { values: { sub: { size: 2 } } },
  },
  'requirements.yaml without the chart that it names': {
    files: { 'Chart.yaml': 'apiVersion: v1\nname: own\nversion: 1.0.0\n', 'requirements.yaml': needs('redis') },
    refused: /redis\.\n {2}Run `helm dependency build charts\/own`, and commit `charts\/own\/charts`/,
  },
  'a dependency that charts/ lacks': {
    files: { 'Chart.yaml': chartFile + needs('redis') },
    refused: /redis\.\n {2}Run `helm dependency build charts\/own`, and commit `charts\/own\/charts`/,
  },
  'a dependency as an archive': {
    files: { 'Chart.yaml': chartFile + needs('sub') },
    archives: { 'charts/sub-1.0.0.tgz': Object.fromEntries(archived(sub())) },
    app: { values: { sub: { size: 3 } } },
  },
  'a dependency with an alias, a condition, tags, and values that it exports': {
    files: {
      ...sub({ 'charts/sub/values.yaml': 'exports: { out: { from: sub } }\nsize: 1\n' }),
      'Chart.yaml':
        chartFile +
        'dependencies:\n' +
        '  - { name: sub, alias: one, version: 1.0.0, condition: one.enabled, import-values: [out] }\n' +
        '  - { name: sub, alias: two, version: 1.0.0, tags: [more] }\n',
      'values.yaml': 'global: { g: 1 }\none: { enabled: false }\n',
    },
    app: { values: { tags: { more: false } } },
    overlay: { values: { one: { enabled: true } } },
  },
  'a library, whose templates the chart uses': {
    files: {
      'Chart.yaml': chartFile,
      'charts/lib/Chart.yaml': 'apiVersion: v2\ntype: library\nname: lib\nversion: 1.0.0\n',
      'charts/lib/templates/_a.tpl': '{{ define "lib.name" }}{{ .Chart.Name }}-{{ .Chart.Version }}{{ end }}',
      'templates/a.yaml': map('a', { name: 'include "lib.name" .' }),
    },
  },
  'binary files': {
    files: {
      'files/a.bin': Buffer.from([0, 1, 2, 255, 254, 10, 13, 0]),
      'templates/a.yaml': map('a', { a: '.Files.Get "files/a.bin" | b64enc', all: '.Files.AsSecrets' }),
    },
  },
  'charts of charts, with a name that is not the folder, a lock, and pictures': {
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: other-name\nversion: 1.2.3\n' + needs('sub', ', condition: sub.on'),
      'Chart.lock': 'dependencies: [{ name: sub, version: 1.0.0, repository: "https://charts.example.com" }]\n',
      ...sub({
        'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' + needs('deep'),
        'charts/sub/charts/deep/Chart.yaml': 'apiVersion: v1\nname: deep\nversion: 1.0.0\n',
        'charts/sub/charts/deep/templates/a/b/c/d.yaml': map('deep', { all: '.Values', chart: '.Chart' }),
      }),
      'files/a.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]),
      'templates/a.yaml': map('a', { a: '.Files.Get "files/a.png" | b64enc', sub: '.Subcharts.sub.Chart.Version' }),
    },
    app: { values: { global: { g: 1 }, sub: { on: true, deep: { x: 1 } } } },
    overlay: { values: { sub: { deep: { x: null, y: 2 } } } },
  },
  'text in Latin-1': {
    files: {
      'files/a.txt': Buffer.from('grün\r\n', 'latin1'),
      'templates/a.yaml': map('a', { a: '.Files.Get "files/a.txt" | b64enc' }),
    },
  },
  'files with carriage returns, byte order marks, and odd names': {
    files: {
      'Chart.yaml': '\ufeff# Ours.\r\napiVersion: v2\r\nname: own\r\nversion: 1.2.3 # now\r\n',
      'values.yaml': '\ufeffa: 1\r\nb: two\r\n',
      'files/ä b$(c).txt': 'x\r\n',
      'templates/a.yaml': `\ufeff${map('a', { all: '.Values', files: '(.Files.Glob "files/*").AsConfig' })}`.replaceAll(
        '\n',
        '\r\n',
      ),
    },
  },
  'links to a file and a folder in the chart': {
    files: {
      'shared/a.txt': 'A',
      'files/link.txt': { link: '../shared/a.txt' },
      more: { link: 'shared' },
      'templates/a.yaml': map('a', { a: '.Files.Get "files/link.txt"', b: '(.Files.Glob "more/*").AsConfig' }),
    },
  },
  'a link that leaves the chart': {
    files: { 'files/etc': { link: '/etc/hostname' } },
    refused: /^charts\/own\/files\/etc: the symbolic link leads out of the folder/,
    stricter: true,
  },
  'a link to nothing': {
    files: { 'files/none': { link: 'nothing' } },
    refused: /^charts\/own\/files\/none: the symbolic link leads to nothing/,
  },
  'a .helmignore with folders of tests, a Secret in them, and a link that leaves': {
    files: {
      '.helmignore': '# What CI has.\nci/\n/tests\n*.md\n',
      'ci/secret-values.yaml': secret,
      'tests/__snapshot__/a.snap': `a: |\n  ${secret.replaceAll('\n', '\n  ')}`,
      'tests/etc': { link: '/etc' },
      'README.md': '{{ nothing }}',
      'templates/a.yaml': map('a', { files: '(.Files.Glob "**").AsConfig' }),
    },
  },
  'a .helmignore that keeps a file as in Git': {
    files: { '.helmignore': '*.md\n!README.md\n', 'README.md': '' },
    refused: /^charts\/own\/\.helmignore: it leaves out `Chart\.yaml`/,
  },
  ...Object.fromEntries(
    ignoreRules.map((rule): [string, Form] => [
      `the .helmignore ${JSON.stringify(rule)}`,
      {
        files: {
          '.helmignore': rule,
          ...Object.fromEntries(ignorePaths.map((path, index) => [`${path}/${index}.txt`, path])),
          ...Object.fromEntries(ignorePaths.map((path) => [`files/${path.replace('/', '.')}`, path])),
          'templates/a.yaml': map('a', { files: '(.Files.Glob "**").AsConfig', all: '.Values' }),
        },
      },
    ]),
  ),
  'a .helmignore that leaves out templates': {
    files: {
      '.helmignore': 'templates/skip?.yaml\n*.bak\n[ab].txt\n',
      'templates/skip1.yaml': '{{ fail "no" }}',
      'templates/a.yaml.bak': '{{ fail "no" }}',
      'templates/.hidden.yaml': '{{ fail "no" }}',
      'a.txt': 'A',
      'c.txt': 'C',
      'templates/a.yaml': map('a', { files: '(.Files.Glob "**").AsConfig' }),
    },
  },
  'a .helmignore with **': {
    files: { '.helmignore': '**/a\n' },
    refused: /double-star \(\*\*\) syntax is not supported/,
  },
  'a quoted version, in flow style': { files: { 'Chart.yaml': '{apiVersion: v2, "name": own, "version": "1.2.3"}\n' } },
  'a version that is a number': { files: { 'Chart.yaml': 'apiVersion: v2\nname: own\nversion: 1.20\n' } },
  'an appVersion that is an alias of the version': {
    files: { 'Chart.yaml': 'apiVersion: v2\nname: own\nversion: &v 1.2.3\nappVersion: *v\n' },
  },
  'a version that is rendered in labels, addresses and deep folders': {
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: own\nversion: 1.2.3+build.1\n',
      'templates/_a.tpl': '{{ define "label" }}{{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}{{ end }}',
      'templates/z/y/x/w/a.yaml': map('a', {
        url: 'printf "https://example.com/%s.zip" .Chart.Version',
        all: '.Chart',
      }),
      'templates/~/a.yaml': map('b', { label: 'include "label" .' }),
      ...sub(),
    },
  },
  'no version': {
    files: { 'Chart.yaml': 'apiVersion: v2\nname: own\n' },
    refused: /^charts\/own\/Chart\.yaml: .*`version`/,
  },
  'no name': {
    files: { 'Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\n' },
    refused: /chart\.metadata\.name is required/,
  },
  'definitions in templates and in crds/, one of which ends in ---': {
    files: {
      'crds/a.yaml': `${definition('a.example.com')}---\n`,
      'templates/b.yaml': `{{ if .Values.crds }}\n${definition('b.example.com')}{{ end }}\n---\n# Nothing.\n`,
      'templates/c.yaml': 'apiVersion: b.example.com/v1\nkind: Widget\nmetadata: { name: w }\n',
    },
    app: { values: { crds: true } },
  },
  'hooks, tests, notes, and a List': {
    files: {
      'templates/hook.yaml': `${map('hook', {})}`.replace(
        'name: hook',
        'name: hook\n  annotations: { helm.sh/hook: pre-install }',
      ),
      'templates/tests/a.yaml': map('test', {}).replace(
        'name: test',
        'name: test\n  annotations: { helm.sh/hook: test }',
      ),
      'templates/NOTES.txt': '{{ .Chart.Version }} of {{ .Release.Name }}',
      'templates/list.yaml':
        'apiVersion: v1\nkind: ConfigMapList\nitems:\n  - { apiVersion: v1, kind: ConfigMap, metadata: { name: x } }\n',
    },
  },
  'a template that writes nothing, one of comments, and tpl': {
    files: {
      'templates/none.yaml': '{{ if .Values.none }}\na: [\n{{ end }}\n',
      'templates/comment.yaml': '# Only this.\n{{/* and this */}}\n',
      'templates/a.yaml': map('a', { a: 'tpl .Values.text .' }),
      'values.yaml': 'text: "{{ .Chart.Version }} {{ .Release.Name }}"\n',
    },
  },
};

function archived(files: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(files).map(([path, text]) => [path.replace('charts/', ''), text]);
}
