import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { joined } from '../../machine/all-of';
import { FleetError } from '../../model';
import { CauseWatch, isConcerned, problemOf } from '../../operate/cause-watch';
import type { ClusterClient, FluxObject } from '../../operate/cluster-client';
import type { Cause } from '../../operate/explain';
import { fluxKustomization, gitRepository, helmRelease, type Ready, revision } from '../fakes/kubernetes/flux';
import { before, but, commit } from './compared';

const cause = (more: Partial<Cause> = {}): Cause => ({
  cluster: 'dev',
  unit: 'app-a',
  rule: 'image-not-found',
  subject: 'Pod app-a/app-a-1',
  problem: 'image `podinfo:9` does not exist',
  next: 'Set another tag',
  outcome: 'may heal',
  trail: [],
  ...more,
});

describe('a watch for causes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** The outcomes of looks at these times, in s, at each of which these causes are found. */
  async function outcomes(looks: Readonly<Record<number, readonly Cause[]>>): Promise<Record<number, number>> {
    let found: readonly Cause[] = [];
    const watch = new CauseWatch({} as ClusterClient, 30_000, () => Promise.resolve([...found]));
    const start = Date.now();
    const seen: Record<number, number> = {};
    for (const [at, causes] of Object.entries(looks)) {
      vi.setSystemTime(start + Number(at) * 1000);
      found = causes;
      await watch.causes([], ['app-a']);
      seen[Number(at)] = watch.outcome().length;
    }
    return seen;
  }

  it('ends by a final cause, once the others have had a moment to fail too', async () => {
    const all = [cause({ outcome: 'final' }), cause({ unit: 'app-b' })];
    expect(await outcomes({ 0: all.slice(0, 1), 1: all, 2: all })).toEqual({ 0: 0, 1: 0, 2: 2 });
  });

  it('ends by a cause that may heal when it has not within its grace', async () => {
    expect(await outcomes({ 0: [cause()], 10: [cause()], 29: [cause()], 30: [cause()] })).toMatchObject({
      29: 0,
      30: 1,
    });
  });

  it('gives a container that runs three times as long to answer its probes', async () => {
    const starting = [cause({ rule: 'readiness-probe' })];
    const looks = Object.fromEntries(Array.from({ length: 91 }, (_, second) => [second, starting]));
    expect(await outcomes(looks)).toMatchObject({ 30: 0, 89: 0, 90: 1 });
  });

  it('begins anew with a cause that was gone for a while, and not with one that flickers', async () => {
    const flickers = { 0: [cause()], 10: [cause()], 15: [], 19: [cause()], 30: [cause()] };
    expect((await outcomes(flickers))[30]).toBe(1);
    expect((await outcomes({ 0: [cause()], 5: [], 20: [cause()], 30: [cause()] }))[30]).toBe(0);
  });

  it('does not end by what is over', async () => {
    expect((await outcomes({ 0: [cause()], 29: [cause()], 31: [] }))[31]).toBe(0);
  });

  it('asks the cluster once a second', async () => {
    const find = vi.fn(() => Promise.resolve([]));
    const watch = new CauseWatch({} as ClusterClient, 30_000, find);
    for (let look = 0; look < 20; look++) {
      await watch.causes([], ['app-a']);
      vi.advanceTimersByTime(100);
    }
    expect(find).toHaveBeenCalledTimes(2);
  });
});

describe('a failure', () => {
  const commits = new Map([[commit, ['app-a']]]);
  const failed: Ready = { status: 'False', reason: 'BuildFailed', message: 'no such file' };
  const attempted = { lastAttemptedRevision: revision(commit) };
  const app = (condition: Ready, status: object = attempted) =>
    but(fluxKustomization('app-a', before, condition), { status });
  const concerned = (object: object, asked?: number, parts: readonly object[] = []) => {
    const objects = [gitRepository(commit), object, ...parts].map((each) => ({
      ...each,
      metadata: { ...(each as FluxObject).metadata, generation: 1 },
    })) as unknown as FluxObject[];
    return isConcerned({ objects, commits }, 'app-a', () => asked);
  };
  const at = '2026-01-01T00:00:05Z';
  const [earlier, later] = [Date.parse(at) - 1000, Date.parse(at) + 1000];

  it('of the commit before does not concern this one', () => {
    expect(concerned(app(failed, { lastAttemptedRevision: revision(before) }))).toBe(false);
    expect(concerned(app(failed))).toBe(true);
  });

  it('from before Flux was asked to try again is old', () => {
    const handled = app(failed, { ...attempted, lastHandledReconcileAt: at });
    expect([concerned(handled, later), concerned(handled, earlier)]).toEqual([false, true]);
    expect(concerned(app(failed), later)).toBe(false);
  });

  it('of another specification than the one that the object has now is old', () => {
    const conditions = [{ type: 'Ready', ...failed, observedGeneration: 0 }];
    expect(concerned(app(failed, { ...attempted, conditions }))).toBe(false);
  });

  it('of pods concerns the commit from the moment that it is applied', () => {
    const unknown = { type: 'Ready', status: 'Unknown', reason: 'Progressing' } as const;
    const at = (message: string) =>
      app(unknown, { ...attempted, conditions: [unknown, { type: 'Reconciling', status: 'True', message }] });
    expect(concerned(at('Building manifests for revision x'))).toBe(false);
    expect(concerned(at('Running health checks for revision x with a timeout of 3m0s'))).toBe(true);
  });

  it('of a HelmRelease that has not been tried again since is old', () => {
    const health: Ready = { status: 'False', reason: 'HealthCheckFailed' };
    const release = helmRelease('app-a', { status: 'False', reason: 'UpgradeFailed' });
    const handled = app(health, { ...attempted, lastHandledReconcileAt: '2026-01-01T00:00:09Z' });
    expect(concerned(handled, later, [release])).toBe(false);
    const tried = but(release, { status: { lastHandledReconcileAt: '2026-01-01T00:00:09Z' } });
    expect(concerned(handled, later, [tried])).toBe(true);
  });
});

describe('the problem of a cause', () => {
  it('is told once for several clusters, with what waits for it', () => {
    const errors = ['dev', 'prod'].map((cluster) => new FleetError(problemOf(cause({ cluster, waiting: ['app-b'] }))));
    expect((joined(errors) as FleetError).message).toBe(
      'cluster dev: app-a and cluster prod: app-a: image `podinfo:9` does not exist; app-b waits for it.\n  Set another tag.',
    );
  });

  it('has the last lines of the log', () => {
    expect(problemOf(cause({ log: ['panic: x', 'exit'] })).problem).toBe(
      'image `podinfo:9` does not exist\n    | panic: x\n    | exit\n',
    );
  });
});
