import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { generation } from '../../../stacks/clusters/kind/generation';
import { removeLeftoverCluster } from '../../../stacks/clusters/kind/provider';

const path = process.env['PATH'];
let folder: string;
/** Puts a command on PATH, before the machine's own. */
function command(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flux-fleet-kind-'));
  process.env['PATH'] = `${folder}${delimiter}${path}`;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, maxRetries: 9 });
});

describe('the generation of a cluster that is there', () => {
  /** `docker cp NODE:FILE -` writes a tar archive. */
  function mark(text: string): void {
    mkdirSync(join(folder, 'files'));
    writeFileSync(join(folder, 'files/mark'), `${text}\n`);
    command('docker', `tar -C ${join(folder, 'files')} -cf - mark`);
  }

  it('is the mark on its node while its settings are the same, and a new one when they differ', () => {
    const first = generation('dev-control-plane', { image: 'a' }, () => undefined);
    mark(first);
    expect(generation('dev-control-plane', { image: 'a' })).toBe(first);
    expect(generation('dev-control-plane', { image: 'b' })).not.toBe(first);
  });

  it('is new where there is no such node, or one without the mark', () => {
    for (const answer of [
      'Error: No such container: dev',
      'Error: Could not find the file /etc/mark in container dev',
    ]) {
      command('docker', `echo '${answer}' >&2; exit 1`);
      expect(generation('dev-control-plane', {})).toMatch(/^[0-9a-f]{12}-/);
    }
  });

  it('is unknown, and said to be, when Docker does not answer', () => {
    command('docker', "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    expect(() => generation('dev-control-plane', {})).toThrow(
      'container dev-control-plane: Docker did not tell whether the cluster is there: Cannot connect to the Docker daemon',
    );
  });
});

describe('a kind cluster that no stack knows', () => {
  it("is removed without the user's own kubeconfig", async () => {
    command('kind', `echo "$@" > ${join(folder, 'asked')}`);
    await removeLeftoverCluster('cluster-dev');
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trim();
    expect(asked).toMatch(new RegExp(`^delete cluster --name cluster-dev --kubeconfig ${tmpdir()}/`));
  });

  it('that cannot be removed is named, with the reason', async () => {
    command('kind', "echo 'ERROR: a node is busy' >&2; exit 1");
    await expect(removeLeftoverCluster('cluster-dev')).rejects.toThrow(
      'kind cluster cluster-dev: it cannot be removed: ERROR: a node is busy',
    );
  });
});
