/**
 * Tests the source of the kind `kafka` against a broker that runs already; topics of their own are made there.
 *
 *   npm run kafka -- 127.0.0.1:9092
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [broker] = process.argv.slice(2);
if (broker === undefined) {
  console.error('Name a broker: npm run kafka -- 127.0.0.1:9092');
  process.exit(2);
}
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const env = { ...process.env, KINDRED_TEST_KAFKA: broker };
const { status } = spawnSync(process.execPath, [vitest, 'run', 'packages/server/test/broker'], { stdio: 'inherit', env });
process.exitCode = status ?? 1;
