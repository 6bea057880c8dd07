import '../fakes/short-pauses';

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect } from 'vitest';

import { FleetError, type Problem } from '../../model';
import { applied, stillMissing } from '../../operate/applied';
import { ClusterClient } from '../../operate/cluster-client';
import { FakeApiServer } from '../fakes/kubernetes/api-server';
import { fluxKustomization, gitRepository, handled } from '../fakes/kubernetes/flux';
import type { KubernetesObject } from '../fakes/kubernetes/store';

export const [before, commit, newer] = ['1'.repeat(40), '2'.repeat(40), '3'.repeat(40)];
export const failed = { status: 'False', reason: 'HealthCheckFailed', message: 'timeout\nmore' } as const;

/** A cluster with a Flux that does at once what it is asked for, and which is compared with a commit. */
export class Compared {
  readonly server = new FakeApiServer();
  /** The apps of each commit that counts. */
  units: Record<string, string[]> = { [commit]: ['app-a'] };
  private client!: ClusterClient;

  async start(): Promise<this> {
    await this.server.start();
    this.server.onWrite = (object) => this.server.put(...handled(object));
    const folder = mkdtempSync(join(tmpdir(), 'compared-'));
    this.client = new ClusterClient('dev', this.server.writeKubeconfig(join(folder, 'kubeconfig'), 'kind-cluster-dev'));
    return this;
  }

  wait(timeout = 5000, report?: (missing: readonly string[]) => void): Promise<string[]> {
    return applied({ client: this.client, unitsAt: this.unitsAt, timeout, report });
  }

  /** What is missing when nothing is asked of Flux. */
  missing(): Promise<string[]> {
    return stillMissing(this.client, this.unitsAt);
  }

  /** Why a wait of some ms ends. */
  async refusal(timeout = 1): Promise<Problem> {
    const error: unknown = await this.wait(timeout).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FleetError);
    return (error as FleetError).problems[0]!;
  }

  /** What is missing when no time is given, once Flux has been asked. */
  async refused(): Promise<string> {
    const { place, problem, next } = await this.refusal();
    expect(place).toBe('cluster dev');
    expect(next).toContain('kubectl --context kind-cluster-dev -n flux-system ');
    return problem.replace(/^not ready after [\d.]+ s: /, '');
  }

  /** What Flux was asked for. */
  asked(): string[] {
    const asked = this.server.requests.filter(({ method }) => method === 'PATCH');
    return asked.map(({ path }) => path.split('/').slice(-2).join('/'));
  }

  private readonly unitsAt = (_: string, of: string) => Promise.resolve(this.units[of]);
}

/** A cluster for each test of a file. */
export function comparedClusters(): { readonly current: Compared } {
  const holder = { current: new Compared() };
  beforeEach(async () => (holder.current = await new Compared().start()));
  afterEach(() => holder.current.server.stop());
  return holder;
}

/** A cluster's objects when it has applied a commit with one app. */
export const everything = (of = commit): [KubernetesObject, KubernetesObject, KubernetesObject] => [
  gitRepository(of),
  fluxKustomization('flux-system', of),
  fluxKustomization('app-a', of),
];

/** An object with other metadata, specification or status. */
export const but = (
  object: KubernetesObject,
  more: { metadata?: object; spec?: object; status?: object },
): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, ...more.metadata },
  spec: { ...(object['spec'] as object), ...more.spec },
  status: { ...(object['status'] as object), ...more.status },
});
