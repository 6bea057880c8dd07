// Runs the `fleet` command, or with `--install` nothing more, after installing the npm dependencies where they are
// missing or not those of package-lock.json. It needs Node and npm and nothing else.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.flux-fleet-installed');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node.js ${process.versions.node} is too old: flux-fleet needs 20.19 or later (see .node-version).`);
  process.exit(1);
}
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
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
  writeFileSync(stamp, lock);
}
if (process.argv[2] !== '--install') {
  const require = createRequire(import.meta.url);
  // As Pulumi does with the stacks. `npm run check` checks the types; to do it at each command as well costs seconds.
  require('ts-node').register({ transpileOnly: true, projectSearchDir: root });
  require('./main.ts');
}
