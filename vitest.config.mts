import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    testTimeout: 20_000,
    globalSetup: './test/temporary-folder.mts',
    reporters: ['default', './test/closing-line.mts'],
  },
});
