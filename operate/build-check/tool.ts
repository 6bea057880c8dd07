import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

/** How a command ended. */
export interface Outcome {
  readonly stdout: string;
  /** What it printed to standard error; undefined where it succeeded. */
  readonly error?: string;
}

/**
 * Runs kustomize or helm: with nothing of the user's settings, plugins and caches, without any other command, and without a
 * network, as Flux builds what is in Git and no more.
 */
export async function run(command: string, args: readonly string[], folder: string): Promise<Outcome> {
  const nowhere = 'http://127.0.0.1:9';
  // They end before a collection of garbage pays: it would be a quarter of their time. https://pkg.go.dev/runtime
  const env = { GOGC: '400', HOME: folder, TMPDIR: folder, PATH: folder, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere };
  const { stdout, stderr, exitCode, shortMessage } = await execa(command, [...args], {
    env,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 2 ** 30,
  });
  return exitCode === 0 ? { stdout } : { stdout, error: stderr?.trim() || (shortMessage ?? 'it printed nothing') };
}

/** Builds a kustomization by kustomize, in a folder. It may use what is anywhere. */
export async function buildIn(folder: string, kustomize: string, kustomization: object): Promise<Outcome> {
  // JSON is YAML.
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  return run(kustomize, ['build', '--load-restrictor', 'LoadRestrictionsNone', folder], folder);
}

/** Does work in a folder of this user's alone, which is gone afterwards. */
export async function inTempFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fleet-build-')));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
