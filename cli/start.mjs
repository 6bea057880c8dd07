// Installs the npm dependencies unless those of package-lock.json are installed, then runs the `fleet` command; with
// `--install`, only the first. It needs only Node.js and npm.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The packages of package-lock.json, lab/ among them, that node_modules does not have, or has in another version. */
function missingPackages() {
  const packages = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  // npm writes this file when it has installed everything.
  const hidden = 'node_modules/.package-lock.json';
  const installed = existsSync(join(root, hidden)) ? packages(hidden) : {};
  const wanted = Object.entries(packages('package-lock.json')).filter(([path, { optional }]) => path && !optional);
  return wanted.filter(([path, { version }]) => !installed[path] || installed[path].version !== version);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node.js ${process.versions.node} is too old: flux-fleet needs 20.19 or later (see .node-version).`);
  process.exit(1);
}
if (missingPackages().length > 0) {
  console.error('Installing the npm dependencies, once …');
  // To standard error, because a shell may read standard output: `eval "$(npm run -s fleet -- env)"`.
  // Everything, whatever NODE_ENV and the user's settings of npm leave out.
  const all = ['--include=dev', '--include=optional', '--include=peer', '--global=false', '--dry-run=false'];
  const npm = spawnSync('npm', ['ci', ...all, '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: undefined, NODE_OPTIONS: undefined },
  });
  if (npm.status !== 0) {
    console.error('npm ci failed: see above. Fix it, and run the same command again.');
    process.exit(1);
  }
}
if (process.argv[2] !== '--install') {
  const require = createRequire(import.meta.url);
  require('../machine/typescript.cjs');
  require('./main.ts');
}
