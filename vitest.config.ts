import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

/**
 * One embedded ClickHouse per process is all the engine allows, so test files run in forked processes. Each in one of its own: engines that are
 * closed leave threads behind, and files that follow in the same process take longer than loading the engines anew.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    // One more than the processors of a small machine: tests wait for disks, for time and for processes that end.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
    // Brokers have to be started by somebody: `npm run kafka`.
    exclude: ['**/node_modules/**', '**/browser/**', ...(process.env['KINDRED_TEST_KAFKA'] === undefined ? ['**/broker/**'] : [])],
    // Only against hanging: a busy machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
