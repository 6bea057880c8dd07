import { setTimeout as sleep } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { ended } from '../../lab/build';

it('fails only when nothing is being built any more', async () => {
  let slowOne = 'going on';
  const failing = Promise.reject(new Error('the first'));
  const slow = sleep(20).then(() => void (slowOne = 'ended'));
  await expect(ended([slow, failing])).rejects.toThrow('the first');
  expect(slowOne).toBe('ended');
});
