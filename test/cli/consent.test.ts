import { afterEach, describe, expect, it, test, vi } from 'vitest';

import { confirmChanges, withConsent } from '../../cli/consent';
import type { FleetError } from '../../model';
import { DeletionError } from '../../operate/deletion';

const changes = ['install Debian packages: docker.io', "start Docker's engine (dockerd)"];
afterEach(() => vi.unstubAllEnvs());

/** Confirms the changes at a terminal, or without one, and gives what was shown. */
async function confirm(answer?: string): Promise<{ asked: string[]; reported: string[]; error?: FleetError }> {
  const asked: string[] = [];
  const reported: string[] = [];
  const ask = (question: string) => (asked.push(question), Promise.resolve(answer ?? ''));
  const console = { isInteractive: answer !== undefined, ask };
  const error = await confirmChanges(changes, (line) => reported.push(line), console).then(
    () => undefined,
    (reason: unknown) => reason as FleetError,
  );
  return { asked, reported, ...(error && { error }) };
}

test.each(['y', 'Y', 'yes', ' y '])('on a terminal every change is listed, and `%s` is a yes', async (answer) => {
  const { asked, error } = await confirm(answer);
  for (const change of changes) expect(asked[0]).toContain(`  - ${change}\n`);
  expect(error).toBeUndefined();
});

test.each(['', 'n', 'no', 'yesterday'])('`%s` is a no, which changes nothing and says what to do', async (answer) => {
  const { error } = await confirm(answer);
  expect(error?.problems[0]).toMatchObject({ problem: 'nothing was changed, because the answer was no' });
  expect(error?.problems[0]?.next).toContain('FLUX_FLEET_YES=1');
});

test('without a terminal every change is reported and made', async () => {
  expect(await confirm()).toEqual({
    asked: [],
    reported: changes.map((change) => `this changes your machine: ${change}`),
  });
});

test('FLUX_FLEET_YES=1 answers yes, and every change is still reported', async () => {
  vi.stubEnv('FLUX_FLEET_YES', '1');
  const { asked, reported, error } = await confirm('n');
  expect({ asked, reported: reported.length, error }).toEqual({ asked: [], reported: 2, error: undefined });
});

test('nothing is asked when nothing changes', async () => {
  const ask = () => expect.fail('it asked');
  await confirmChanges([], ask, { isInteractive: true, ask });
});

describe('a deletion that is not allowed', () => {
  const deletion = { id: 'cluster/dev', reason: 'fleet.ts no longer has it' };
  const work = (allowed: readonly string[]) => {
    if (!allowed.includes(deletion.id)) return Promise.reject(new DeletionError([deletion]));
    return Promise.resolve(allowed);
  };

  it('is asked for on a terminal, and a yes allows it', async () => {
    const ask = vi.fn(() => Promise.resolve('y'));
    expect(await withConsent(['pvc/a/b@dev'], work, { isInteractive: true, ask })).toEqual([
      'pvc/a/b@dev',
      'cluster/dev',
    ]);
    expect(ask.mock.calls).toEqual([[expect.stringContaining('  - cluster/dev: fleet.ts no longer has it\n')]]);
  });

  it.each([
    ['after another answer', { isInteractive: true, ask: () => Promise.resolve('') }],
    ['without a terminal', { isInteractive: false, ask: () => expect.fail('it asked') }],
  ])('is refused %s', async (_, terminal) => {
    await expect(withConsent(undefined, work, terminal)).rejects.toThrow(DeletionError);
  });
});
