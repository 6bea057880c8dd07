// A `docker` that keeps what it holds in the file of $FAKE_DOCKER, with the answers of Docker 20.10.
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const file = process.env.FAKE_DOCKER;
const state = JSON.parse(readFileSync(file, 'utf8'));
const before = JSON.stringify(state);
const args = process.argv.slice(2);
appendFileSync(`${file}.calls`, `${args.join(' ')}\n`);
const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};
if (state.broken !== undefined && args.join(' ').startsWith(state.broken))
  fail('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?');
const find = (kind, name) =>
  state[kind].find((thing) => [thing.Id, thing.Name, thing.Name.replace('/', '')].includes(name));
const container = (name) => find('container', name) ?? fail(`Error: No such container: ${name}`);
const words = args.filter((arg) => !arg.startsWith('-'));

function inspect(kind) {
  const names = words.slice(2);
  const found = names.map((name) => find(kind, name)).filter(Boolean);
  console.log(JSON.stringify(found));
  const missing = names.filter((name) => !find(kind, name));
  for (const name of missing) console.error(`Error: No such ${kind}: ${name}`);
  process.exit(missing.length > 0 ? 1 : 0);
}

function tar(name, text) {
  const header = Buffer.alloc(512);
  const size = Buffer.byteLength(text);
  const fields = { 0: name, 100: '0000644', 108: '0000000', 116: '0000000', 136: '00000000000', 148: ' '.repeat(8) };
  const all = { ...fields, 124: size.toString(8).padStart(11, '0'), 156: '0', 257: 'ustar', 263: '00' };
  for (const [offset, value] of Object.entries(all)) header.write(value, Number(offset));
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}`, 148);
  header[154] = 0;
  return Buffer.concat([header, Buffer.from(text), Buffer.alloc(1024 + ((512 - (size % 512)) % 512))]);
}

function copy(from, to) {
  if (to === '-') {
    const [name, path] = from.split(':');
    const text = container(name).files[path];
    if (text === undefined) fail(`Error: No such container:path: ${from}`);
    return process.stdout.write(tar(basename(path), text));
  }
  const [name, path] = to.split(':');
  container(name).files[path] = readFileSync(from, 'utf8');
}

function ps() {
  const [, label] = /label=([^ ]*)/.exec(args.join(' '));
  const [key, value] = label.split('=');
  for (const { Id, Config } of state.container) {
    const found = Config.Labels?.[key];
    if (found === undefined || (value && found !== value)) continue;
    console.log(args.includes('--quiet') ? Id : `${Id}\t${found}`);
  }
}

function createVolume() {
  const name = words.at(-1);
  const labels = args.flatMap((arg, i) => (args[i - 1] === '--label' ? [arg.split('=')] : []));
  if (!find('volume', name)) state.volume.push({ Name: name, Labels: Object.fromEntries(labels) });
}

function remove(kind) {
  const thing = find(kind, words.at(-1)) ?? fail(`Error: No such ${kind}: ${words.at(-1)}`);
  state[kind] = state[kind].filter((other) => other !== thing);
}

const commands = {
  ps,
  cp: () => copy(args[1], args[2]),
  stop: () => (container(words[1]).stopped = true),
  rename: () => (container(words[1]).Name = `/${words[2]}`),
  exec: () => (container(words[1]).files[words.at(-1)] = readFileSync(0, 'utf8')),
  inspect: () => console.log(container(words.at(-1)).HostConfig.NetworkMode),
};
if (args[1] === 'inspect') inspect(args[0]);
else if (args[1] === 'rm') remove(args[0]);
else if (args[0] === 'volume') createVolume();
else if (args[0] === 'network') container(words.at(-1)).networks = [words[2]];
else commands[args[0]]();
// Several read at once.
if (JSON.stringify(state) !== before) {
  writeFileSync(`${file}.part`, JSON.stringify(state));
  renameSync(`${file}.part`, file);
}
