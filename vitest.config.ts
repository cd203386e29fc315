import { defineConfig } from 'vitest/config';

/** One embedded ClickHouse per process is all the engine allows, so test files run in forked processes. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/browser/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
