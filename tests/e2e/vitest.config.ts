import { defineConfig } from 'vitest/config';

/** End-to-end tests: the built site in Chromium, behind `carto serve`. Slow, so apart from the unit tests. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['tests/e2e/**/*.test.ts'],
    globalSetup: ['tests/e2e/preparation.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
