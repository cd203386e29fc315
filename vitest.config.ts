import { defineConfig } from 'vitest/config';

/** One embedded ClickHouse per process is all the engine allows, so test files run in forked processes. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/browser/**'],
    // Only against hanging: a busy machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
