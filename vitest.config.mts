import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    // Most tests wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: './test/temporary-folder.mts',
    reporters: ['default', './test/closing-line.mts', './test/coverage-table.mts'],
    // `npm run coverage`. A folder that has come to its threshold is to stay above it.
    coverage: {
      provider: 'v8',
      include: ['{model,constructs,stacks,operate,machine,cli}/**/*.ts'],
      exclude: ['test/**'],
      reporter: ['html', 'json-summary'],
      reportOnFailure: true,
      reportsDirectory: 'node_modules/.cache/coverage',
      thresholds: {
        'model/**': { lines: 95 },
        'constructs/**': { lines: 95 },
        'stacks/**': { lines: 85 },
        'operate/**': { lines: 85 },
        'machine/**': { lines: 85 },
        'cli/**': { lines: 85 },
      },
    },
  },
});
