import { vi } from 'vitest';

// Import it first: pauses between two looks, of up to a second, take a tenth of their time. Deadlines stay as they are.
vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>();
  const sleep: typeof real.setTimeout = (ms = 0, ...rest) => real.setTimeout(ms > 1000 ? ms : ms / 10, ...rest);
  return { ...real, default: { ...real, setTimeout: sleep }, setTimeout: sleep };
});
