import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findCommand } from '../../machine/files';
import { FakeDocker } from './docker/docker';
import { FakeRemote } from './git/remote';
import { serveCommand } from './served-command';

/** What the tests take from the machine that they run on. */
const real = [
  'node',
  'git',
  'sh',
  'sed',
  'bash',
  'env',
  'cat',
  'dirname',
  'expr',
  'ssh-keygen',
  'tar',
  'gzip',
  'rm',
  'true',
];

/** The versions that the fake tools print. */
const versions = {
  pulumi: 'v3.248.0',
  kind: 'kind v0.32.0 go1.26 linux/amd64',
  flux: 'flux version 2.9.4',
};

/** Those that build manifests, and here build them into nothing. */
const builders = { kustomize: 'v5.8.1', helm: 'v4.2.4' };

/** The variables by which a user's shell would change what the fleet does. */
const settings = /^(GIT|SOPS|FLUX_FLEET|PULUMI|KUBECONFIG|EDITOR)/;

/** A machine in a folder: PATH has git, a shell, and fakes of docker, ssh, and of every tool; and nothing else. */
export class FakeMachine {
  readonly folder = mkdtempSync(join(tmpdir(), 'flux-fleet-machine-'));
  docker!: FakeDocker;
  private readonly before = { ...process.env };
  private readonly commands = new Map(real.map((name) => [name, findCommand(name)!]));

  constructor() {
    this.reset();
  }

  /** Makes it as it was in the beginning: nothing is left of what was done to it. */
  reset(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 9 });
    for (const name of ['bin', 'home', 'clone']) mkdirSync(join(this.folder, name), { recursive: true });
    for (const [name, path] of this.commands) this.link(name, path);
    for (const [name, version] of Object.entries(versions)) this.script(name, `echo '${version}'`);
    serveCommand(this.folder, 'sops', 'encrypt|decrypt|set|--disable-version-check');
    for (const name of ['kustomize', 'helm'] as const) this.builder(name, 'true');
    this.docker = new FakeDocker(this.folder);
    for (const name of Object.keys(process.env)) if (settings.test(name)) delete process.env[name];
    Object.assign(process.env, {
      PATH: join(this.folder, 'bin'),
      HOME: join(this.folder, 'home'),
      GIT_CONFIG_NOSYSTEM: '1',
      FLUX_FLEET_SOURCE: 'internet',
      FLUX_FLEET_DIRECTORY: join(this.folder, '.fleet'),
      FLUX_FLEET_CACHE: join(this.folder, 'cache'),
    });
  }

  /** A repository that `ssh` leads to. */
  repository(): Promise<FakeRemote> {
    return FakeRemote.create(this.folder).then((remote) => remote.serveBySsh());
  }

  /** Puts a command of a shell script on PATH. */
  script(name: string, body: string): void {
    // Else what the link of that name leads to would be overwritten.
    this.without(name);
    writeFileSync(join(this.folder, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  /** Puts a tool that builds manifests on PATH. @param body what it does, as a shell script */
  builder(name: keyof typeof builders, body: string): void {
    this.script(name, `case $1 in version) echo ${builders[name]} ;; *) ${body} ;; esac`);
  }

  /** Takes a command from PATH. */
  without(name: string): void {
    rmSync(join(this.folder, 'bin', name), { force: true });
  }

  /** Removes it, and gives the process its environment back. */
  remove(): void {
    for (const name of Object.keys(process.env)) if (!(name in this.before)) delete process.env[name];
    Object.assign(process.env, this.before);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 9 });
  }

  private link(name: string, target: string): void {
    symlinkSync(target, join(this.folder, 'bin', name));
  }
}
