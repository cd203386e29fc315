import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countEvents, countProfiles, readDocuments, readEvents, readEventsSince, readProfile } from '../../src/profile/index.ts';
import { unionSchema } from '../../src/schema/index.ts';
import type { StoredEvents } from '../../src/profile/chunk.ts';
import { KnownEvents } from '../../src/profile/known-events.ts';
import { RecentEvents } from '../../src/profile/recent-events.ts';
import type { Chunk, ProfileTables, ReadableTables } from '../../src/profile/index.ts';
import { encode } from './encode.ts';
import type { Opened } from './open.ts';
import { openProfiles } from './open.ts';
import { ENGINES } from '../support/engines.ts';

const schema = unionSchema({ tenant: 'acme' });

/** All is read from the table. */
function fromTable(tables: ProfileTables): ReadableTables {
  const { clickhouse, identities, lookups, schema: seen } = tables;
  return { clickhouse, identities, lookups, schema: seen, layout: (table) => tables.layout(table), recentEvents: () => null };
}

describe.each(ENGINES)('ClickHouse, %s', (engine) => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openProfiles(schema, engine);
  });

  afterAll(async () => {
    await opened.close();
  });

  const start = Date.UTC(2026, 0, 1);
  const view = (who: string, number: number): Parameters<typeof encode>[2][number] => ({
    who,
    id: `${who}-${number}`,
    time: start + number * 1000,
    eventType: 'commerce.productViews',
    document: { productListItems: [{ SKU: `s${number}` }], commerce: { productViews: { value: 1 } } },
  });

  test('an event is stored once per _id, within a chunk and across chunks, whatever else it says', async () => {
    const write = async (records: Parameters<typeof encode>[2]): Promise<unknown> =>
      await opened.tables.writeEvents(encode(schema, 'event', records), 'web');
    expect(await write([view('ann', 1), view('ann', 2), view('ann', 2)])).toMatchObject({ added: 2, duplicates: 1 });
    const revision = opened.tables.currentRevision();
    expect(await write([view('ann', 1), view('ann', 2)])).toMatchObject({ added: 0, duplicates: 2 });
    expect(opened.tables.currentRevision()).toBe(revision);
    expect(await write([{ ...view('ann', 1), time: 0, eventType: 'other' }, view('ann', 3), view('bob', 1)])).toMatchObject({
      added: 2,
      duplicates: 1,
    });
    expect(await countEvents(opened.tables)).toBe(4);
    expect(await countProfiles(opened.tables)).toBe(2);
    expect(opened.tables.currentRevision()).toBe(revision + 1);
  });

  test('events are read newest first, page by page', async () => {
    const ann = opened.identities.find({ namespace: 'CRMID', id: 'ann' }) ?? -1;
    const first = await readEvents(opened.tables, ann, { limit: 2 });
    expect(first.map((event) => event['_id'])).toEqual(['ann-3', 'ann-2']);
    expect(first[0]).toEqual({
      _id: 'ann-3',
      timestamp: '2026-01-01T00:00:03.000Z',
      eventType: 'commerce.productViews',
      productListItems: [{ SKU: 's3' }],
      commerce: { productViews: { value: 1 } },
    });
    const rest = await readEvents(opened.tables, ann, { limit: 2, beyond: { timestamp: start + 2000, id: 'ann-2' } });
    expect(rest.map((event) => event['_id'])).toEqual(['ann-1']);
    expect(await readEvents(opened.tables, ann, { limit: 9, from: start + 2000, to: start + 3000 })).toHaveLength(1);
  });

  test('whole documents hold attributes, identities and all events', async () => {
    await opened.tables.writeFragments(
      encode(schema, 'profile', [{ who: 'bob', time: 1, document: { person: { birthDate: '1990-02-03' } } }]),
      'crm',
    );
    const bob = opened.identities.find({ namespace: 'CRMID', id: 'bob' }) ?? -1;
    const documents = await readDocuments(opened.tables, [bob, 4_000_000]);
    expect([...documents.keys()]).toEqual([bob]);
    expect(documents.get(bob)).toMatchObject({
      person: { birthDate: '1990-02-03' },
      identityMap: { CRMID: [{ id: 'bob', primary: true }] },
      xEvent: [{ _id: 'bob-1' }],
    });
    expect(await readProfile(opened.tables, 4_000_000)).toBeNull();
  });

  test('after a start, events are surely new when all of before have been read and are others, whatever their ids are made of', async () => {
    const ids = ['1', 'é', '日本', '😀', '\uD800', 'x'.repeat(1000), "a'b\\c\n"];
    const chunk = (some: readonly string[]): Chunk =>
      encode(
        schema,
        'event',
        some.map((id) => ({ who: 'dan', id, time: start, document: {} })),
      );
    await opened.tables.writeEvents(chunk(ids), 'web');
    const known = new KnownEvents(opened.clickhouse, 3);
    const parts = Math.ceil((await countEvents(opened.tables)) / 3);
    const answers: boolean[] = [];
    for (let part = 0; part < parts; part++) answers.push(await known.areNew(chunk([`new ${part}`]).idHashes));
    expect(answers).toEqual([...Array.from({ length: parts - 1 }, () => false), true]);
    for (const id of [...ids, 'new 0', 'ann-1']) expect([id, await known.areNew(chunk([id]).idHashes)]).toEqual([id, false]);
    expect(await known.areNew(chunk(['twice', 'twice']).idHashes)).toBe(false);
    expect(await known.areNew(chunk(['another', 'ann-999']).idHashes)).toBe(true);
  });

  test('an event without a type and an event of 1900 or 2299 come back as they were', async () => {
    const records = [
      { who: 'cyd', id: 'a', time: Date.UTC(1900, 0, 1), document: {} },
      { who: 'cyd', id: 'b', time: Date.UTC(2299, 11, 31, 23, 59, 59, 999), document: {} },
    ];
    await opened.tables.writeEvents(encode(schema, 'event', records), 'web');
    const events = await readEvents(opened.tables, opened.identities.find({ namespace: 'CRMID', id: 'cyd' }) ?? -1, { limit: 9 });
    expect(events).toEqual([
      { _id: 'b', timestamp: '2299-12-31T23:59:59.999Z' },
      { _id: 'a', timestamp: '1900-01-01T00:00:00.000Z' },
    ]);
  });

  test('what came lately is handed over as the table gives it, until something else has changed events', async () => {
    const { tables, identities } = opened;
    const chunk = (some: readonly string[], who = 'eva'): Chunk =>
      encode(
        schema,
        'event',
        some.flatMap((id, index) => [
          { ...view(who, 9 - index), id: `${id}\n😀` },
          { ...view('fay', 5), id, document: index === 0 ? {} : view(who, index).document },
        ]),
      );
    const before = tables.currentRevision();
    await tables.writeEvents(chunk(['lp', 'lé', 'l\uD800']), 'web');
    await tables.writeEvents(chunk(['lb', 'la', 'lA'], 'gus'), 'web');
    await tables.writeFragments(encode(schema, 'profile', [{ who: 'fay', time: 1, document: {} }]), 'crm');
    const people = ['eva', 'fay', 'nobody'].flatMap((id) => identities.find({ namespace: 'CRMID', id }) ?? []);
    for (const [since, events] of [
      [before + 1, 9],
      [before + 2, 3],
      [before + 3, 0],
    ] as const) {
      expect(tables.recentEvents(since)).not.toBeNull();
      const handed = await readEventsSince(tables, people, since);
      expect(handed).toHaveLength(events);
      expect(handed).toEqual(await readEventsSince(fromTable(tables), people, since));
    }
    // One of them is known, and maybe others that were left out.
    await tables.writeEvents(chunk(['lb', 'new']), 'web');
    expect(tables.recentEvents(before + 1)).toBeNull();
    expect(tables.recentEvents(tables.currentRevision() + 1)).toEqual([]);
    await tables.writeEvents(chunk(['x']), 'web');
    expect(tables.recentEvents(tables.currentRevision())).toHaveLength(1);
    const erased = tables.currentRevision();
    await tables.erasePeople(people.slice(0, 1));
    expect(tables.recentEvents(erased)).toBeNull();
    expect(await readEventsSince(tables, people.slice(0, 1), erased)).toEqual([]);
  });

  test('of what came lately so many bytes are kept', () => {
    const stored = (revision: number): StoredEvents => ({
      revision,
      chunk: encode(schema, 'event', [view('hal', 1)]),
      profiles: Uint32Array.of(1),
    });
    const recent = new RecentEvents(1, stored(1).chunk.body.length * 2);
    for (const revision of [1, 2]) recent.note(revision, [stored(revision)]);
    recent.note(3, []);
    expect(recent.since(1)?.map(({ revision }) => revision)).toEqual([1, 2]);
    recent.note(4, [stored(4)]);
    expect(recent.since(1)).toBeNull();
    expect(recent.since(2)?.map(({ revision }) => revision)).toEqual([2, 4]);
  });
});
