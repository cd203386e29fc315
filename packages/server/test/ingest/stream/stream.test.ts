import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Identities } from '../../../src/identity/index.ts';
import type { Stream, StreamRecord } from '../../../src/ingest/index.ts';
import { IntakeError, MappingSets, openStream } from '../../../src/ingest/index.ts';
import { ProfileTables, countEvents, readProfile } from '../../../src/profile/index.ts';
import { ensureTables, unionSchema } from '../../../src/schema/index.ts';
import { StoreError } from '../../../src/store/index.ts';
import type { TestStores } from '../../support/stores.ts';
import { withStores } from '../../support/stores.ts';

const RECEIVED = Date.UTC(2026, 5, 1);

let bed: TestStores;
let tables: ProfileTables;
let stream: Stream;
const retries: unknown[] = [];

beforeEach(async () => {
  bed = await withStores();
  const { clickhouse, lmdb } = bed.stores;
  await ensureTables(clickhouse);
  tables = await ProfileTables.open({
    clickhouse,
    lmdb,
    identities: await Identities.open(lmdb, clickhouse),
    schema: unionSchema({ tenant: 'acme' }),
    clock: () => new Date(),
  });
  retries.length = 0;
});
afterEach(async () => {
  await stream.close();
  await bed.stop();
});

async function open(mostLag = 2_000_000): Promise<void> {
  const onRetry = (error: unknown): void => void retries.push(error);
  const clock = (): Date => new Date();
  const mappingSets = new MappingSets({ db: bed.stores.postgres, clock, newId: randomUUID });
  stream = await openStream({ stores: bed.stores, tables, onRetry, mostLag, mappingSets, clock });
}

function record(document: object, more: Partial<StreamRecord> = {}): StreamRecord {
  return { kind: 'event', dataset: 'web', source: 'test', receivedAt: RECEIVED, unknownFields: 'reject', document, ...more };
}

function event(id: string, fields: object = {}): StreamRecord {
  const identityMap = { CRMID: [{ id: 'C1', primary: true }] };
  return record({ _id: id, timestamp: '2026-05-31T10:00:00Z', eventType: 'web.webpagedetails.pageViews', identityMap, ...fields });
}

async function stored(): Promise<void> {
  while (stream.counts().lag > 0) await sleep(5);
}

describe('the stream', () => {
  it('carries events and profile records into the tables, each once', async () => {
    await open();
    const events = Array.from({ length: 500 }, (_, n) => event(`e${n}`));
    await Promise.all([stream.intake.accept(events), stream.intake.accept(events.slice(100)), stream.intake.accept([event('e7')])]);
    const document = { identityMap: { CRMID: [{ id: 'C1', primary: true }] }, person: { name: { firstName: 'Anna' } } };
    await stream.intake.accept([record(document, { kind: 'profile', dataset: 'crm' })]);
    await stored();
    expect(await countEvents(tables)).toBe(500);
    expect(stream.counts()).toMatchObject({ received: 902, stored: 501, duplicates: 401, failed: 0 });
    const ordinal = tables.identities.find({ namespace: 'CRMID', id: 'C1' });
    expect(await readProfile(tables, ordinal ?? -1)).toMatchObject({ person: { name: { firstName: 'Anna' } } });
  });

  it('keeps what cannot be stored with the reasons, and goes on', async () => {
    await open();
    await stream.intake.accept([event('good'), event('bad', { commerce: { order: { priceTotal: 'dear' } } }), event('late')]);
    await stored();
    expect(await countEvents(tables)).toBe(2);
    const [letter, ...others] = await stream.letters.list({ start: 0, limit: 10 });
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      id: 1,
      kind: 'event',
      dataset: 'web',
      source: 'test',
      state: 'open',
      problems: [{ field: 'commerce.order.priceTotal', reason: 'expected a number, found "dear"' }],
      document: { _id: 'bad' },
    });
  });

  it('says what is wrong, also against the schema when asked to', async () => {
    await open();
    const wrong: readonly (readonly [what: object, reason: string])[] = [
      [{ identityMap: {} }, 'the record says nobody it belongs to'],
      [{ timestamp: '2026-06-02T00:00:01Z' }, 'is more than a day after the record was received'],
      [{ timestamp: '1970-01-01T00:00:12Z' }, 'is what a clock tells that was never set'],
      [{ timestamp: 'yesterday' }, 'expected a time with zone'],
      [{ web: nested(40) }, 'nested more than 32 levels deep'],
      [{ web: Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`f${n}`, n])) }, 'more than 10000 fields'],
    ];
    for (const [fields, reason] of wrong) expect(stream.intake.check(event('e', fields))[0]?.reason).toContain(reason);
    expect(stream.intake.validate(event('e'))).toEqual([]);
    expect(stream.intake.validate(event('e', { wep: {} }))).toEqual([
      { field: 'wep', reason: 'the schema has no such field; did you mean web?' },
    ]);
  });

  it('refuses a record that is too large, and the whole request with it', async () => {
    await open();
    const large = event('large', { siteSearch: { query: 'x'.repeat(1_048_577) } });
    await expect(stream.intake.accept([event('small'), large])).rejects.toMatchObject({ code: 'record-too-large' });
    expect(bed.stores.log.end).toBe(0);
  });

  it('says no, and when to come again, while the store is behind', async () => {
    const failing = fail(() => new StoreError({ code: 'unavailable', message: 'away' }));
    await open(10);
    await stream.intake.accept(Array.from({ length: 10 }, (_, n) => event(`e${n}`)));
    const refusal = await stream.intake.accept([event('more')]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(IntakeError);
    expect(refusal).toMatchObject({ code: 'stream-busy', retryAfter: 1 });
    failing.end();
    await stored();
    await stream.intake.accept([event('more')]);
    await stored();
    expect(await countEvents(tables)).toBe(11);
  });

  it('waits for a store that fails and loses nothing', async () => {
    const failing = fail(() => new StoreError({ code: 'disk-full', message: 'full' }));
    await open();
    await stream.intake.accept([event('e1'), event('e2')]);
    while (retries.length < 2) await sleep(5);
    expect(stream.counts()).toMatchObject({ lag: 2, stored: 0 });
    failing.end();
    await stored();
    expect(await countEvents(tables)).toBe(2);
  });

  it('finds the one record that a store refuses, and stores the others', async () => {
    const write = tables.writeEvents.bind(tables);
    tables.writeEvents = async (chunk, dataset) => {
      if (Buffer.from(chunk.body).includes('poison')) throw new StoreError({ code: 'query', message: 'no' });
      return await write(chunk, dataset);
    };
    await open();
    await stream.intake.accept([...Array.from({ length: 20 }, (_, n) => event(`e${n}`)), event('poison')]);
    await stored();
    expect(await countEvents(tables)).toBe(20);
    expect(await stream.letters.list({ start: 0, limit: 10 })).toMatchObject([
      { id: 20, document: { _id: 'poison' }, problems: [{ field: '', reason: 'it could not be stored: no' }] },
    ]);
  });

  it('goes on where it was when it is opened again, without storing anything twice', async () => {
    const failing = fail(() => new StoreError({ code: 'unavailable', message: 'away' }));
    await open();
    await stream.intake.accept([event('e1'), event('e2')]);
    await stream.close();
    failing.end();
    await open();
    await stream.intake.accept([event('e2'), event('e3')]);
    await stored();
    expect(await countEvents(tables)).toBe(3);
    await stream.close();
    expect(bed.stores.log.start).toBe(4);
  });
});

/** Makes writing events fail until told otherwise. */
function fail(error: () => StoreError): { end(): void } {
  const write = tables.writeEvents.bind(tables);
  tables.writeEvents = () => Promise.reject(error());
  return { end: () => (tables.writeEvents = write) };
}

function nested(levels: number): object {
  return levels === 0 ? {} : { inner: nested(levels - 1) };
}
