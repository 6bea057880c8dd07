import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hostCommands } from '../lab/commands';
import { findCommand } from '../machine/files';
import { defineFleet, env, type Fleet, kind, webApp } from '../model';
import { SecretsFolder } from '../operate/secrets/folder';
import { generateSecrets, setSecret } from '../operate/secrets/values';
import { refuseUnverified, verifySecrets } from '../operate/secrets/verify';

/**
 * What 100 secrets cost: 50 apps in 2 clusters, each with a value of its own in each. From nothing they are to be
 * encrypted in at most 5 s; with nothing changed, in at most 2 s and with every byte as it was.
 */
async function main(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'bench-secrets-'));
  const fleet = fleetOf(50);
  let started = 0;
  const sops = findCommand('sops') ?? findCommand('sops', hostCommands);
  const folder = new SecretsFolder({
    fleet,
    root,
    directory: join(root, '.fleet'),
    sops: () => {
      started++;
      return sops ? Promise.resolve(sops) : Promise.reject(new Error('no sops: `npm run fleet -- provide` gets it'));
    },
  });
  const measure = async (what: string, work: () => Promise<unknown>) => {
    started = 0;
    const start = performance.now();
    await work();
    console.log(
      `${what.padEnd(34)}${((performance.now() - start) / 1000).toFixed(2).padStart(6)} s${String(started).padStart(6)} sops`,
    );
  };
  await measure('100 secrets from nothing', () => generateSecrets(folder));
  const before = texts(root);
  await measure('the same, nothing changed', () => generateSecrets(folder));
  console.log(texts(root) === before ? 'every byte is as it was' : 'BYTES CHANGED');
  await measure('looked at before it is published', () => refuseUnverified(folder));
  await measure('one value set', () => setSecret(folder, { cluster: 'dev', app: 'app-0', key: 'TOKEN' }, 'value'));
  await measure('verified', () => verifySecrets(folder));
  rmSync(root, { recursive: true });
}

function fleetOf(apps: number): Fleet {
  const names = Array.from({ length: apps }, (_, n) => `app-${n}`);
  const secrets = { TOKEN: env({ generate: { bytes: 32 } }) };
  const app = webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898, secrets });
  const running = Object.fromEntries(names.map((name) => [name, {}]));
  return defineFleet({
    clusters: { dev: kind(), prod: kind() },
    apps: Object.fromEntries(names.map((name) => [name, app])),
    runs: { dev: running, prod: running },
  });
}

/** All that the files hold. */
function texts(root: string): string {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\0');
}

void main();
