import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

/**
 * One embedded ClickHouse per process is all the engine allows, so test files run in forked processes. Each in one of its own: to share
 * processes saves loading the engines, and nothing over the whole, since files take longer in a process that has had engines before.
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
