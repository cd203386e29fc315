import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMapping, runImport } from '../../src/ingest/index.ts';
import type { Segmentation } from '../../src/segmentation/index.ts';
import { createSegmentation } from '../../src/segmentation/index.ts';
import { openPostgres } from '../../src/store/index.ts';
import type { Opened } from '../profile/open.ts';
import { openProfiles } from '../profile/open.ts';
import { plainSizes } from './online-retail-plain.ts';

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

describe.skipIf(missing)('five audiences over a real shop', () => {
  let opened: Opened;
  let segmentation: Segmentation;
  let closePostgres: () => Promise<void>;

  beforeAll(async () => {
    opened = await openProfiles();
    const postgres = await openPostgres({ path: join(opened.folder, 'postgres') });
    closePostgres = async () => await postgres.destroy();
    const folder = { inside: (...names: readonly string[]) => join(opened.folder, ...names) };
    const stores = { clickhouse: opened.clickhouse, postgres, folder };
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
});
