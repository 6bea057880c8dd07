// Runs the `fleet` command, or with `--install` nothing more, after installing the npm dependencies where they are
// missing or differ from package-lock.json. It needs Node and npm and nothing else.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The packages of package-lock.json that node_modules lacks or has in another version. */
function missingPackages() {
  const packages = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  // npm records here what it has installed, once it is done.
  const installed = 'node_modules/.package-lock.json';
  const there = existsSync(join(root, installed)) ? packages(installed) : {};
  const wanted = Object.entries(packages('package-lock.json')).filter(([path, { optional }]) => path && !optional);
  return wanted.filter(([path, { version }]) => there[path]?.version !== version);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node.js ${process.versions.node} is too old: flux-fleet needs 20.19 or later (see .node-version).`);
  process.exit(1);
}
if (missingPackages().length > 0) {
  console.error('Installing the npm dependencies, once …');
  // On standard error, as standard output may be read by a shell: `eval "$(npm run -s fleet -- env)"`.
  const npm = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    console.error('npm ci failed: see above. Fix what it reports, then run the same command again.');
    process.exit(1);
  }
}
if (process.argv[2] !== '--install') {
  const require = createRequire(import.meta.url);
  // As Pulumi does with the stacks. `npm run check` checks the types; to do it at each command as well costs seconds.
  require('ts-node').register({ transpileOnly: true, projectSearchDir: root });
  require('./main.ts');
}
