import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMapping, runImport } from '../../src/ingest/index.ts';
import type { Segmentation } from '../../src/segmentation/index.ts';
import { scaled } from '../../src/segmentation/estimate/estimator.ts';
import { Views } from '../../src/segmentation/estimate/views.ts';
import { planFor } from '../../src/segmentation/plans.ts';
import { createSegmentation } from '../../src/segmentation/index.ts';
import { openPostgres } from '../../src/store/index.ts';
import type { Opened } from '../profile/open.ts';
import { openProfiles } from '../profile/open.ts';
import { plainSizes } from './online-retail-plain.ts';
import { NO_POLICY } from './support/policies.ts';

interface Starter {
  readonly now: string;
  readonly audiences: readonly { readonly name: string; readonly pql: string }[];
}

const root = join(import.meta.dirname, '../../../..');
const path = join(process.env['KINDRED_DATASETS'] ?? join(root, '../shared/data'), 'online_retail/lines.csv.gz');
const missing = !existsSync(path);
if (missing)
  process.stderr.write(`online retail: skipped, there is no ${path}; set KINDRED_DATASETS (docs/import.md says where to get the data)\n`);

const read = (name: string): unknown => JSON.parse(readFileSync(join(root, 'data/online-retail', name), 'utf8'));
const { now, audiences } = read('audiences.json') as Starter;

/** Samples drawn; each by its own seed, so that every run draws the same ones. */
const SEEDS = 60;

describe.skipIf(missing)('five audiences over a real shop', () => {
  let opened: Opened;
  let segmentation: Segmentation;
  let closePostgres: () => Promise<void>;

  beforeAll(async () => {
    opened = await openProfiles();
    const postgres = await openPostgres({ path: join(opened.folder, 'postgres') });
    closePostgres = async () => await postgres.destroy();
    const folder = { inside: (...names: readonly string[]) => join(opened.folder, ...names) };
    const stores = { clickhouse: opened.clickhouse, lmdb: opened.lmdb, postgres, folder };
    segmentation = await createSegmentation({ stores, tables: opened.tables, clock: () => new Date(now) });
    await runImport({
      source: { kind: 'file', path },
      mapping: parseMapping(read('mapping.json')),
      tables: opened.tables,
      deadLetterFile: join(opened.folder, 'dead.jsonl'),
      clock: () => Date.parse(now),
    });
  }, 180_000);

  afterAll(async () => {
    await segmentation.close();
    await closePostgres();
    await opened.close();
  });

  test('have the sizes that a plain script over the file computes', async () => {
    const sizes: number[] = [];
    for (const { pql } of audiences) sizes.push((await segmentation.estimate(pql, { now: new Date(now), sample: 0 })).size);
    expect(Object.fromEntries(audiences.map(({ name }, index) => [name, sizes[index]]))).toEqual(
      Object.fromEntries(plainSizes(path, Date.parse(now)).map((size, index) => [audiences[index]?.name, size])),
    );
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  test('lie in the interval that a sample tells, 95 times of 100 at least', { timeout: 300_000 }, async () => {
    const { clickhouse, tables } = opened;
    const views = await Views.open({ clickhouse, tables, find: () => Promise.resolve(undefined), ...NO_POLICY });
    const universe = (await segmentation.estimate(audiences[0]?.pql ?? '', { now: new Date(now), sample: 0 })).universe;
    const planned = audiences.map(({ name, pql }) => ({ id: name, name, plan: planFor(pql, tables.schema) }));
    const sizes = new Map<string, number>();
    for (const { name, pql } of audiences) sizes.set(name, (await segmentation.estimate(pql, { now: new Date(now), sample: 0 })).size);
    let [held, asked] = [0, 0];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const answer = await views.sample(8, seed).evaluate(planned, { now: Date.parse(now), zone: 'UTC' });
      for (const [name, size] of sizes) {
        const { low, high } = scaled(answer.members.get(name)?.size ?? 0, answer.universe.size, universe);
        asked++;
        if (low <= size && size <= high) held++;
      }
    }
    expect(asked).toBe(SEEDS * audiences.length);
    expect(held / asked).toBeGreaterThanOrEqual(0.95);
  });
});
