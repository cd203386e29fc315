import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Identities } from '../../src/identity/index.ts';
import type { ImportReport } from '../../src/ingest/index.ts';
import { runImport, xdmMapping } from '../../src/ingest/index.ts';
import { demoShop } from '../../src/ingest/sources/demo-shop/index.ts';
import { countEvents, countProfiles, ProfileTables, readDocuments } from '../../src/profile/index.ts';
import { ensureTables, unionSchema } from '../../src/schema/index.ts';
import { withStores } from '../support/stores.ts';
import type { TestStores } from '../support/stores.ts';

const END = Date.UTC(2026, 5, 15, 12);
const PROFILES = 300;
const options = { end: END, profiles: PROFILES };

let bed: TestStores;
let tables: ProfileTables;
let report: ImportReport;

async function importDemo(): Promise<ImportReport> {
  const deadLetterFile = join(bed.stores.folder.path, 'dead-letters.jsonl');
  const source = { kind: 'demo-shop', options } as const;
  return runImport({ source, mapping: xdmMapping('event', 'demo'), tables, deadLetterFile, clock: () => 0 });
}

beforeAll(async () => {
  bed = await withStores();
  const { clickhouse, lmdb } = bed.stores;
  await ensureTables(clickhouse);
  const identities = await Identities.open(lmdb, clickhouse);
  tables = await ProfileTables.open({ clickhouse, lmdb, identities, schema: unionSchema({ tenant: 'shop' }), clock: () => new Date() });
  report = await importDemo();
});

afterAll(async () => {
  await bed.stop();
});

describe('the demo shop imported', () => {
  const records = [...demoShop(options)];
  const events = records.filter(({ kind }) => kind === 'event').map(({ record }) => record);

  it('loses and rejects nothing', async () => {
    expect(report).toMatchObject({ rowsIn: records.length, accepted: records.length, rejected: 0, duplicates: 0, profiles: PROFILES });
    expect(await countEvents(tables)).toBe(events.length);
    expect(await countProfiles(tables)).toBe(PROFILES);
  });

  it('is read back as it was made', async () => {
    const ordinal = tables.identities.find({ namespace: 'CRMID', id: 'C0000001' })!;
    const document = (await readDocuments(tables, [ordinal])).get(ordinal)!;
    const { identityMap: _, ...attributes } = records[0]!.record;
    expect(document).toMatchObject(attributes);
    const first = events.filter((event) => (event['_id'] as string).startsWith('demo-1-1-'));
    const withoutIdentities = first.map(({ identityMap: __, ...event }) => event);
    expect(document['xEvent']).toEqual(withoutIdentities);
  });

  it('adds nothing when it is imported again', async () => {
    const again = await importDemo();
    expect(again).toMatchObject({ accepted: 0, duplicates: records.length });
  });
});
