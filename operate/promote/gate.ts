import type { Problem } from '../../model';
import { describeSuspension } from '../suspended';
import type { Place } from './version';
import type { Running } from './running';

export interface GateProps extends Place {
  readonly running: Running;
  /** How long everything of the app must have been ready, in ms. */
  readonly soak: number;
  /** In ms. @default - now */
  readonly now?: number;
}

/** Why the version that a cluster runs is not to be promoted yet; undefined where it may be. */
export function refusalOf({ cluster, app, running, soak, now = Date.now() }: GateProps): Problem | undefined {
  const place = `cluster ${cluster}: ${app}`;
  const anyway = '`--override REASON` goes on, and is recorded in the commit';
  const unready = whyUnready(running);
  if (unready) {
    const next = `Run \`npm run fleet -- explain ${app} --cluster ${cluster}\` to see why; ${anyway}`;
    return { place, problem: `it is not ready there: ${unready}`, next };
  }
  if (!running.since && soak > 0) {
    const problem = 'it is ready there, and nothing in the cluster tells since when';
    return { place, problem, next: `Use \`--soak 0\`; ${anyway}` };
  }
  const lasted = running.since ? Math.max(0, now - running.since.getTime()) : 0;
  if (lasted >= soak) return undefined;
  return {
    place,
    problem: `it is ready there for ${span(lasted)}, and must be for ${span(soak)}`,
    next: `Run the same command again in ${span(Math.ceil((soak - lasted) / 1000) * 1000)}; ${anyway}`,
  };
}

function whyUnready({ status: { state, detail, suspended, waitsFor }, unready }: Running): string | undefined {
  if (suspended) return describeSuspension(suspended);
  if (state !== 'ready') return waitsFor.length > 0 ? `it waits for ${waitsFor.join(', ')}` : detail || state;
  return unready.length > 0 ? `pod ${unready.join(', ')}` : undefined;
}

/** A time in ms in whole seconds, in the form in which an option takes it: `1h2m3s`. */
export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.map(([count, unit]) => (count > 0 ? `${count}${unit}` : '')).join('') || '0s';
}
