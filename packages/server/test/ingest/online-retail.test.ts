import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseMapping, runImport } from '../../src/ingest/index.ts';
import type { ImportReport } from '../../src/ingest/index.ts';
import { countEvents, countProfiles, readEvents } from '../../src/profile/index.ts';
import type { Opened } from '../profile/open.ts';
import { openProfiles } from '../profile/open.ts';

const root = join(import.meta.dirname, '../../../..');
const datasets = process.env['KINDRED_DATASETS'] ?? join(root, '../shared/data');
const path = join(datasets, 'online_retail/lines.csv.gz');
const missing = !existsSync(path);
if (missing)
  process.stderr.write(`online retail: skipped, there is no ${path}; set KINDRED_DATASETS (docs/import.md says where to get the data)\n`);

interface Customer {
  purchases: number;
  cancellations: number;
  cents: number;
  refundCents: number;
}

/** The same counts by a plain script over the file. */
async function plainCounts(): Promise<{ lines: number; guests: number; customers: Map<string, Customer> }> {
  const text = gunzipSync(await readFile(path)).toString('utf8');
  const customers = new Map<string, Customer>();
  let lines = 0;
  let guests = 0;
  for (const line of text.trimEnd().split('\n').slice(1)) {
    lines++;
    const [invoice = '', , quantity, , price, customer = ''] = line.split(',');
    if (customer === '') {
      guests++;
      continue;
    }
    const entry = customers.get(customer) ?? { purchases: 0, cancellations: 0, cents: 0, refundCents: 0 };
    customers.set(customer, entry);
    const cents = Math.round(Number(quantity) * Number(price) * 100);
    if (invoice.startsWith('C')) {
      entry.cancellations++;
      entry.refundCents += Math.abs(cents);
    } else {
      entry.purchases++;
      entry.cents += cents;
    }
  }
  return { lines, guests, customers };
}

let opened: Opened;

const run = async (): Promise<ImportReport> =>
  await runImport({
    source: { kind: 'file', path },
    mapping: parseMapping(JSON.parse(await readFile(join(root, 'data/online-retail/mapping.json'), 'utf8'))),
    tables: opened.tables,
    deadLetterFile: join(opened.folder, 'dead.jsonl'),
    clock: () => 0,
  });

beforeAll(async () => {
  opened = await openProfiles();
});

afterAll(async () => {
  await opened.close();
});

test.skipIf(missing)('a real shop of 541,909 invoice lines is imported exactly, and once', { timeout: 180_000 }, async () => {
  const plain = await plainCounts();
  const counts = { rowsIn: plain.lines, rejected: 0, skipped: plain.guests, profiles: plain.customers.size, deadLetterFile: null };
  expect(await run()).toMatchObject({ ...counts, accepted: plain.lines - plain.guests, duplicates: 0 });
  expect(await countEvents(opened.tables)).toBe(406_829);
  expect(await countProfiles(opened.tables)).toBe(4372);

  const rows = await opened.clickhouse.query<{
    customer: string;
    purchases: string;
    cancellations: string;
    cents: string;
    refundCents: string;
  }>(`
    SELECT identities.id AS customer, countIf(eventType = 'commerce.purchases') AS purchases, countIf(eventType = 'commerce.backofficeOrderCancelled') AS cancellations,
      sum(toInt64(round(ifNull(\`commerce/order/priceTotal\`, 0) * 100))) AS cents, sum(toInt64(round(ifNull(\`commerce/order/refundTotal\`, 0) * 100))) AS refundCents
    FROM events JOIN (SELECT DISTINCT profile, id FROM identities) AS identities USING profile GROUP BY customer`);
  const imported = new Map(
    rows.map(({ customer, ...numbers }) => [
      customer,
      Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)])),
    ]),
  );
  expect(imported.size).toBe(plain.customers.size);
  expect([...plain.customers].filter(([customer, counts_]) => JSON.stringify(counts_) !== JSON.stringify(imported.get(customer)))).toEqual(
    [],
  );

  const revision = opened.tables.currentRevision();
  expect(await run()).toMatchObject({ ...counts, accepted: 0, duplicates: 406_829 });
  expect(opened.tables.currentRevision()).toBe(revision);
});

test.skipIf(missing)('a line becomes an event with its amount, article and country', async () => {
  const [oldest] = (
    await readEvents(opened.tables, opened.identities.find({ namespace: 'CRMID', id: '12583' }) ?? -1, { limit: 10_000 })
  ).toReversed();
  expect(oldest).toMatchObject({
    timestamp: '2010-12-01T08:45:00.000Z',
    eventType: 'commerce.purchases',
    commerce: { purchases: { value: 1 }, order: { currencyCode: 'GBP' }, shipping: { address: { country: 'France' } } },
    placeContext: { geo: { countryCode: 'FR' } },
  });
});
