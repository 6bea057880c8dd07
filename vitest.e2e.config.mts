import { defineConfig } from 'vitest/config';

/** The stories whose fleet has a name of its own, and one cluster: two of them are as much as one with two clusters. */
const beside = ['existing', 'hosted', 'state'].map((name) => `test/e2e/${name}.test.ts`);

// One test after the other, as each goes on from the last. The stories of the default fleet come one after the other too.
export default defineConfig({
  test: {
    bail: 1,
    testTimeout: 20 * 60_000,
    hookTimeout: 60 * 60_000,
    reporters: ['verbose', './test/closing-line.mts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/e2e/**/*.test.ts'],
          exclude: beside,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'beside', include: beside, maxWorkers: 2, sequence: { groupOrder: 2 } } },
    ],
  },
});
