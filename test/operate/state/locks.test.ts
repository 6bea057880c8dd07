import { hostname } from 'node:os';

import { describe, expect, it, vi } from 'vitest';

import { afterLocks } from '../../../operate/state/locks';

/** As Pulumi prints it. */
const locked = (host: string, pid: number) =>
  new Error(`code: 255\n stderr: error: the stack is currently locked by 1 lock(s). Either wait for the other process(es)\
 to end or delete the lock file with \`pulumi cancel\`.\n  s3://b/.pulumi/locks/a.json: created by ada@${host} (pid ${pid}) at\
 2026-11-28T03:00:00Z`);
const cancel = vi.fn(() => Promise.resolve());
const dead = 2 ** 22 + 1;

describe('work on a stack that is locked in a backend', () => {
  it('removes the lock of a run of this machine that was killed, and goes on', async () => {
    const work = vi.fn().mockRejectedValueOnce(locked(hostname(), dead)).mockResolvedValue('done');
    expect(await afterLocks(work, { stack: 'dev', cancel })).toBe('done');
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('waits for a run elsewhere', async () => {
    cancel.mockClear();
    const report = vi.fn();
    const work = vi.fn().mockRejectedValueOnce(locked('build', dead)).mockResolvedValue('done');
    expect(await afterLocks(work, { stack: 'dev', cancel, report, timeout: 50 })).toBe('done');
    expect(report.mock.calls.flat()).toEqual([expect.stringContaining('ada on build')]);
    expect(cancel).not.toHaveBeenCalled();
  });

  it('tells who holds it where that does not end, and how to remove the lock', async () => {
    const work = () => Promise.reject(locked('build', dead));
    await expect(afterLocks(work, { stack: 'dev', cancel, timeout: 10 })).rejects.toThrow(
      /ada on build, as process \d+ since 2026[^]*pulumi cancel --stack dev/,
    );
  });

  it('fails at once with any other failure', async () => {
    const work = () => Promise.reject(new Error('the port is taken'));
    await expect(afterLocks(work, { stack: 'dev', cancel })).rejects.toThrow('the port is taken');
  });
});
