import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hostCommands } from '../../../lab/commands';
import { findCommand } from '../../../machine/files';
import { defineFleet, env, type Fleet, kind, type Recipient, webApp } from '../../../model';
import { SecretsFolder } from '../../../operate/secrets/folder';

const real = findCommand('sops') ?? findCommand('sops', hostCommands);

/** The real `sops`, where this machine has it, and else one that stands for it. */
export const sops = real ?? join(__dirname, '../../fakes/sops.mjs');

/** Whether it is the real one. */
export const hasSops = real !== undefined;

/** For the title of tests in which it runs. */
export const withSops = real ? 'with the real sops' : 'with a fake of sops, as this machine has none';

const podinfo = { image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 };

/** Two clusters that run an app, which takes a value that somebody sets and one that is made up. */
export function twoClusters(recipients?: readonly Recipient[]): Fleet {
  return defineFleet({
    clusters: { dev: kind({ recipients }), prod: kind() },
    apps: { 'app-a': webApp({ ...podinfo, secrets: { API_KEY: env(), SESSION: env({ generate: { bytes: 32 } }) } }) },
    runs: { dev: { 'app-a': {} }, prod: { 'app-a': {} } },
  });
}

/** A clone and this machine's side of a fleet, in a folder that is gone after the test. */
export class Scratch {
  readonly root = mkdtempSync(join(tmpdir(), 'flux-fleet-secrets-'));
  /** How often `sops` was asked for. */
  started = 0;

  folder(fleet: Fleet = twoClusters(), directory = '.fleet'): SecretsFolder {
    return new SecretsFolder({
      fleet,
      root: this.root,
      directory: join(this.root, directory),
      sops: () => {
        this.started++;
        return Promise.resolve(sops);
      },
    });
  }

  text(...path: string[]): string {
    return readFileSync(join(this.root, ...path), 'utf8');
  }

  has(...path: string[]): boolean {
    return existsSync(join(this.root, ...path));
  }

  /** Every file, by its path. */
  files(): string[] {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.root.length + 1));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 9 });
  }
}
