#!/usr/bin/env node
// Stands for the `docker` command: it answers from `docker.json` beside its folder, and logs its calls in `docker.log`.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { fill } from './template.mjs';

const folder = dirname(dirname(process.argv[1]));
const args = process.argv.slice(2);
appendFileSync(join(folder, 'docker.log'), `${JSON.stringify(args)}\n`);
const file = join(folder, 'docker.json');
const state = JSON.parse(readFileSync(file, 'utf8'));

function end(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
const call = args.join(' ');
const failure = state.failures.find((one) => call.startsWith(one.call));
if (failure) end(failure.stderr, failure.exitCode);

const verbs = ['inspect', 'rm', 'ls', 'create', 'start', 'stop'];
const [kind, verb, ...rest] = verbs.includes(args[1]) ? args : [kindOf(args[0]), ...args];

/** `docker rm` is `docker container rm`. */
function kindOf(command) {
  return command === 'rmi' ? 'image' : 'container';
}
const { values, positionals } = parseArgs({
  args: rest,
  allowPositionals: true,
  options: {
    format: { type: 'string', short: 'f' },
    filter: { type: 'string', multiple: true, default: [] },
    force: { type: 'boolean' },
    all: { type: 'boolean', short: 'a' },
    label: { type: 'string', multiple: true, default: [] },
    'no-trunc': { type: 'boolean' },
    quiet: { type: 'boolean', short: 'q' },
    volumes: { type: 'boolean', short: 'v' },
  },
  strict: verb === 'rm' ? false : true,
});

const nameOf = (object) => (object.Name ?? object.RepoTags?.[0] ?? '').replace(/^\//, '');
const listed = () => state[`${kind}s`] ?? end(`unknown kind ${kind}`, 64);
/** Docker knows an image pulled as `name:tag@digest` by `name@digest`. */
const digested = (name) => name.replace(/:[^/@]+@/, '@');
const find = (name) =>
  listed().find((one) =>
    [nameOf(one), one.Id, ...(one.RepoTags ?? []), ...(one.RepoDigests ?? [])].includes(digested(name)),
  );
const missing = (name) => `Error response from daemon: No such ${kind}: ${name}`;
const save = () => writeFileSync(file, JSON.stringify(state));
const print = (object) => process.stdout.write(`${fill(values.format ?? '{{json .}}', object)}\n`);
const labels = (object) => object.Config?.Labels ?? object.Labels ?? {};
const passes = (object) =>
  values.filter.every((filter) => {
    const [, key, wanted] = /^(?:label=)?([^=]+)(?:=(.*))?$/.exec(filter);
    if (filter.startsWith('label='))
      return wanted === undefined ? key in labels(object) : labels(object)[key] === wanted;
    if (key === 'name') return nameOf(object).includes(wanted);
    return end(`unknown filter ${filter}`, 64);
  });

const commands = {
  version: () => print({ Server: { Version: '29.0.0' }, Client: { Version: '29.0.0' } }),
  inspect() {
    const found = positionals.map(find).filter(Boolean);
    if (values.format === undefined) process.stdout.write(`${JSON.stringify(found)}\n`);
    else found.forEach(print);
    const absent = positionals.filter((name) => !find(name));
    if (absent.length > 0) end(absent.map(missing).join('\n'));
  },
  ls() {
    for (const object of listed().filter(passes)) {
      const names = { Name: nameOf(object), Names: nameOf(object) };
      const fields = { ...names, Labels: labels(object), ID: object.Id, Ports: object.Ports ?? '' };
      if (values.quiet) process.stdout.write(`${object.Id}\n`);
      else print({ ...object, ...fields });
    }
  },
  rm() {
    const absent = positionals.filter((name) => !find(name));
    const used = positionals.filter((name) => find(name)?.InUse);
    if (used.length > 0) end(`Error response from daemon: ${kind} ${used[0]} has active endpoints`);
    state[`${kind}s`] = listed().filter((one) => !positionals.some((name) => find(name) === one));
    save();
    if (absent.length > 0 && !values.force) end(absent.map(missing).join('\n'));
  },
  create() {
    const [Name] = positionals;
    if (!find(Name)) state.volumes.push({ Name, Labels: Object.fromEntries(values.label.map(keyAndValue)) });
    save();
  },
  rename() {
    (find(positionals[0]) ?? end(missing(positionals[0]))).Name = `/${positionals[1]}`;
    save();
  },
  start: () => setStatus('running'),
  stop: () => setStatus('exited'),
  pull() {
    const [name] = positionals;
    state.images.push({
      Id: `sha256:${name}`,
      RepoTags: [name],
      RepoDigests: [digested(name)],
      Config: { Labels: {} },
    });
    save();
  },
  cp() {
    const [from, to] = positionals;
    if (to !== '-') return copyInto(to, readFileSync(from, 'utf8'));
    const [name, path] = from.split(':');
    const content = (find(name) ?? end(missing(name))).Files?.[path];
    if (content === undefined) end(`Error response from daemon: Could not find the file ${path} in container ${name}`);
    // A tar archive: a header of 512 bytes, then the file.
    const header = Buffer.alloc(512);
    header.write(Buffer.byteLength(content).toString(8).padStart(11, '0'), 124);
    process.stdout.write(Buffer.concat([header, Buffer.from(content)]));
  },
};
commands.ps = commands.ls;
commands.rmi = commands.rm;

function copyInto(target, content) {
  const [name, path] = target.split(':');
  const container = find(name) ?? end(missing(name));
  container.Files = { ...container.Files, [path]: content };
  save();
}

function keyAndValue(text) {
  const [key, ...value] = text.split('=');
  return [key, value.join('=')];
}

function setStatus(status) {
  for (const name of positionals) (find(name) ?? end(missing(name))).State.Status = status;
  save();
}

(commands[verb] ?? (() => end(`the fake docker does not know: docker ${call}`, 64)))();
