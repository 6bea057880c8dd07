// Runs the `fleet` command, or with `--install` nothing more, after installing the npm dependencies where they are
// missing or not those of package-lock.json. It needs Node and npm and nothing else.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The packages that package-lock.json has and node_modules has not, or has of another version. */
function missingPackages() {
  const packages = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  // npm writes down here what it has installed, when it has installed it.
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
    console.error('npm ci failed: see above. Mend it and run the same command again.');
    process.exit(1);
  }
}
if (process.argv[2] !== '--install') {
  const require = createRequire(import.meta.url);
  require('../machine/typescript.cjs');
  require('./main.ts');
}
