import { defineConfig } from 'vitest/config';

// One file after the other and one test after the other: there is one fleet, and each test goes on from the last.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    fileParallelism: false,
    bail: 1,
    testTimeout: 20 * 60_000,
    hookTimeout: 60 * 60_000,
    reporters: ['verbose', './test/closing-line.mts'],
  },
});
