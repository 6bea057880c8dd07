// Stands for the `docker` command: it answers from `docker.json` beside its folder, and logs its calls in `docker.log`.
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

import { fill } from './template.mjs';

class Ended extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

function end(message, code = 1) {
  throw new Ended(message, code);
}

/** @returns what the call of `docker` with these arguments prints, and how it ends */
export function run({ folder, args, input }) {
  const output = [];
  try {
    answer({ folder, args, input, write: (part) => void output.push(Buffer.from(part)) });
    return { stdout: Buffer.concat(output) };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { code: error.code, stderr: `${error.message}\n`, stdout: Buffer.concat(output) };
  }
}

function answer({ folder, args, input, write }) {
  appendFileSync(join(folder, 'docker.log'), `${JSON.stringify(args)}\n`);
  const file = join(folder, 'docker.json');
  const state = JSON.parse(readFileSync(file, 'utf8'));

  const call = args.join(' ');
  const failure = state.failures.find((one) => call.startsWith(one.call));
  if (failure) end(failure.stderr, failure.exitCode);

  const verbs = ['inspect', 'rm', 'ls', 'create', 'start', 'stop', 'connect'];
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
      interactive: { type: 'boolean', short: 'i' },
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
  function save() {
    // Others read at the same time.
    writeFileSync(`${file}.part`, JSON.stringify(state));
    renameSync(`${file}.part`, file);
  }
  const print = (object) => write(`${fill(values.format ?? '{{json .}}', object)}\n`);
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
      if (values.format === undefined) write(`${JSON.stringify(found)}\n`);
      else found.forEach(print);
      const absent = positionals.filter((name) => !find(name));
      if (absent.length > 0) end(absent.map(missing).join('\n'));
    },
    ls() {
      const isNamed = ({ RepoTags = [] }) => RepoTags.some((tag) => tag.startsWith(`${positionals[0]}:`));
      for (const object of listed()
        .filter(passes)
        .filter((one) => positionals.length === 0 || isNamed(one))) {
        const names = { Name: nameOf(object), Names: nameOf(object) };
        const Tag = object.RepoTags?.find((tag) => tag.startsWith(`${positionals[0]}:`))?.split(':')[1];
        const fields = { ...names, Tag, Labels: labels(object), ID: object.Id, Ports: object.Ports ?? '' };
        if (values.quiet) write(`${object.Id}\n`);
        else print({ ...object, ...fields });
      }
    },
    rm() {
      const absent = positionals.filter((name) => !find(name));
      const used = positionals.filter((name) => Object.keys(find(name)?.Containers ?? {}).length > 0);
      if (used.length > 0) end(`Error response from daemon: ${kind} ${used[0]} has active endpoints`);
      const shared = positionals.map(find).filter((one) => (one?.RepoTags ?? []).length > 1);
      if (shared.length > 0 && positionals.includes(shared[0].Id))
        end(`Error response from daemon: conflict: unable to delete ${shared[0].Id} (must be forced)`);
      for (const one of shared) one.RepoTags = one.RepoTags.filter((tag) => !positionals.includes(tag));
      const isGone = (one) => !shared.includes(one) && positionals.some((name) => find(name) === one);
      state[`${kind}s`] = listed().filter((one) => !isGone(one));
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
    connect() {
      const [network, name] = positionals;
      const container = state.containers.find((one) => [one.Id, nameOf(one)].includes(name));
      container.Networks = [...(container.Networks ?? []), network];
      save();
    },
    /** What our scripts run in a container: `cp /dev/stdin PATH`. */
    exec: () => copyInto(`${positionals[0]}:${positionals.at(-1)}`, input),
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
      if (content === undefined)
        end(`Error response from daemon: Could not find the file ${path} in container ${name}`);
      write(tar(basename(path), content));
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
}

/** https://www.gnu.org/software/tar/manual/html_node/Standard.html */
function tar(name, content) {
  const header = Buffer.alloc(512);
  const size = Buffer.byteLength(content);
  const fields = { 0: name, 100: '0000644', 108: '0000000', 116: '0000000', 136: '00000000000', 148: ' '.repeat(8) };
  const all = { ...fields, 124: size.toString(8).padStart(11, '0'), 156: '0', 257: 'ustar', 263: '00' };
  for (const [offset, value] of Object.entries(all)) header.write(value, Number(offset));
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(sum.toString(8).padStart(6, '0'), 148);
  header[154] = 0;
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc(1024 + ((512 - (size % 512)) % 512))]);
}
