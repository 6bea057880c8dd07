import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The command `pulumi` as far as it works on a backend: a folder for each backend, with the stacks as Pulumi's files. */
const script = `#!/usr/bin/env node
const { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const root = __ROOT__;
const url = process.env.PULUMI_BACKEND_URL;
const args = process.argv.slice(2).filter((each) => each !== '--non-interactive');
const [object, verb] = args;
if (object === 'version') { console.log('v3.248.0'); process.exit(); }
const option = (name) => args[args.indexOf(name) + 1];
const failure = join(root, 'failure');
appendFileSync(join(root, 'calls'), [url.split('?')[0], ...args].join(' ') + '\\n');
if (existsSync(failure)) { console.error(readFileSync(failure, 'utf8')); process.exit(255); }
const folder = url.startsWith('file://') ? decodeURIComponent(url.slice(7).split('?')[0]) : join(root, url.split('?')[0].replace(/\\W+/g, '-'));
const stacks = join(folder, '.pulumi', 'stacks', 'flux-fleet');
mkdirSync(stacks, { recursive: true });
const file = (stack) => join(stacks, stack + '.json');
const write = (stack, latest) => writeFileSync(file(stack), JSON.stringify({ version: 3, checkpoint: { latest } }));
if (verb === 'ls') {
  const names = readdirSync(stacks).filter((name) => name.endsWith('.json'));
  console.log(JSON.stringify(names.map((name) => ({ name: name.slice(0, -5) }))));
} else if (verb === 'export') {
  const { latest } = JSON.parse(readFileSync(file(option('--stack')), 'utf8')).checkpoint;
  console.log(JSON.stringify({ version: 3, deployment: latest }));
} else if (verb === 'init') write(args[2], {});
else if (verb === 'import') write(option('--stack'), JSON.parse(readFileSync(0, 'utf8')).deployment);
else if (verb === 'change-secrets-provider') {
  const stack = option('--stack');
  const { latest } = JSON.parse(readFileSync(file(stack), 'utf8')).checkpoint;
  write(stack, { ...latest, secrets_providers: { type: 'cloud', state: { url: args[2] } } });
} else if (verb === 'rm') rmSync(file(args[2]));
else { console.error('the fake pulumi does not know: ' + args.join(' ')); process.exit(255); }
`;

/** Puts that command into a folder, and says what it is to do. */
export class FakePulumiCommand {
  constructor(private readonly root: string) {
    mkdirSync(root, { recursive: true });
  }

  /** Writes the command into a folder of PATH. */
  install(bin: string): this {
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'pulumi'), script.replace('__ROOT__', JSON.stringify(this.root)), { mode: 0o755 });
    return this;
  }

  /** The folder that has the state at an address such as `s3://bucket/fleet`. */
  folder(url: string): string {
    return join(this.root, url.split('?')[0]!.replace(/\W+/g, '-'));
  }

  /** Fails every time from now on, and prints this. */
  fail(message: string): void {
    writeFileSync(join(this.root, 'failure'), message);
  }

  /** What it was asked for, each with the address. */
  get calls(): string[] {
    const file = join(this.root, 'calls');
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  }

  /** Writes a stack's state, as it is at an address. */
  write(url: string, stack: string, latest: object): void {
    const folder = join(this.folder(url), '.pulumi', 'stacks', 'flux-fleet');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${stack}.json`), JSON.stringify({ version: 3, checkpoint: { latest } }));
  }
}
