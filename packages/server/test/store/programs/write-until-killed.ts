/**
 * Opens the stores of the data folder named as its argument, prints what it finds in them as JSON, and then writes to all of
 * them at once, printing a line for whatever was acknowledged, until it is killed.
 */
import { setImmediate } from 'node:timers/promises';
import { DURABLE, openStores } from '../../../src/store/index.ts';
import { BATCH_ROWS } from './written.ts';
import type { Found } from './written.ts';

const stores = await openStores({ dataFolder: process.argv[2] ?? '', clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 2 });
const { clickhouse, postgres, lmdb } = stores;
const keys = lmdb.environment<string, number>('crash');

await clickhouse.command(`CREATE TABLE IF NOT EXISTS crash (batch UInt32, n UInt32) ENGINE = MergeTree ORDER BY batch SETTINGS ${DURABLE}`);
const batches = await clickhouse.query<{ batch: number; rows: number }>(
  'SELECT batch, toUInt32(count()) AS rows FROM crash GROUP BY batch',
);
const rows = await postgres.selectFrom('schema_descriptors').select('id').execute();
const found: Found = {
  clickhouse: batches.filter((batch) => batch.rows === BATCH_ROWS).map(({ batch }) => batch),
  postgres: rows.map(({ id }) => Number(id)),
  lmdb: [...keys.getKeys()],
  partial: batches.filter((batch) => batch.rows !== BATCH_ROWS).length,
};
process.stdout.write(`found ${JSON.stringify(found)}\n`);

const writers = {
  async clickhouse(n: number) {
    const data = new Uint32Array(BATCH_ROWS * 2).map((_, index) => (index % 2 === 0 ? n : index));
    await clickhouse.insert('crash', ['batch', 'n'], 'RowBinary', new Uint8Array(data.buffer));
  },
  async postgres(n: number) {
    await postgres
      .insertInto('schema_descriptors')
      .values({ id: String(n), body: '{}', created_at: new Date(0) })
      .execute();
  },
  async lmdb(n: number) {
    await keys.put(n, `value ${n}`);
  },
};

async function writeForever(store: keyof typeof writers): Promise<never> {
  for (let n = Math.max(0, ...found[store]) + 1; ; n++) {
    await writers[store](n);
    // PGlite answers without ever leaving the microtasks, and would starve the others.
    await setImmediate();
    process.stdout.write(`${store} ${n}\n`);
  }
}
await Promise.all([writeForever('clickhouse'), writeForever('postgres'), writeForever('lmdb')]);
