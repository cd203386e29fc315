/**
 * Profiles that become one, and one that becomes several: rows, merged attributes and the members of rules are right at once, kept answers
 * included, and after a failure in the middle.
 */
import { compile } from '@kindred/pql';
import type { Leaf, LeafHash } from '@kindred/pql';
import * as fc from 'fast-check';
import { randomInt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Identity } from '../../src/identity/index.ts';
import { Identities, UNIVERSE } from '../../src/identity/index.ts';
import { Encoder } from '../../src/ingest/encoder.ts';
import { countEvents, ProfileTables, readEvents, readProfile } from '../../src/profile/index.ts';
import type { Document } from '../../src/schema/index.ts';
import { ensureTables, unionSchema } from '../../src/schema/index.ts';
import type { LeafEngine } from '../../src/segmentation/leaf-engine.ts';
import type { ClickHouse, Lmdb } from '../../src/store/index.ts';
import { openLmdb } from '../../src/store/index.ts';
import { testEngine } from '../segmentation/support/leaves.ts';
import { startEngine } from '../support/engines.ts';
import type { TestClickHouse } from '../support/engines.ts';
import { temporaryFolder } from '../support/processes.ts';

const schema = unionSchema({ tenant: 'acme' });
const NOW = Date.UTC(2026, 5, 1);

/** A record of somebody with one or more identities, the first of which is primary. */
interface Seen {
  readonly who: readonly string[];
  /** Days before NOW. */
  readonly days: number;
  /** An event by this id; else a profile record. */
  readonly event?: string;
  readonly document?: Document;
}

const identity = (text: string): Identity => ({
  namespace: text.startsWith('c') ? 'CRMID' : text.startsWith('e') ? 'Email' : 'ECID',
  id: text,
});

let folder: ReturnType<typeof temporaryFolder>;
let engine: TestClickHouse;
let lmdb: Lmdb;
let tables: ProfileTables;

async function open(clickhouse: ClickHouse, unique: readonly string[] = [], priority: readonly string[] = []): Promise<ProfileTables> {
  await ensureTables(clickhouse);
  const identities = await Identities.open(lmdb, clickhouse);
  const opened = await ProfileTables.open({ clickhouse, lmdb, identities, schema, clock: () => new Date() });
  if (unique.length + priority.length > 0) await opened.relink({ unique, priority });
  return opened;
}

beforeEach(async () => {
  folder = temporaryFolder('kindred-people');
  engine = await startEngine('embedded', 2);
  lmdb = openLmdb(`${folder.path}/lmdb`);
  tables = await open(engine.clickhouse);
});

afterEach(async () => {
  await engine.stop();
  await lmdb.close();
  folder.remove();
});

async function write(seen: readonly Seen[], into = tables): Promise<void> {
  for (const target of ['profile', 'event'] as const) {
    const encoder = new Encoder({ target, schema, unknownFields: 'reject' });
    for (const { who, days, event, document = {} } of seen) {
      if ((event === undefined) !== (target === 'profile')) continue;
      const [primary = identity(''), ...others] = who.map(identity);
      const draft = { id: event ?? '', time: NOW - days * 86_400_000, eventType: event === undefined ? '' : 'visit' };
      expect(encoder.add({ ...draft, document, person: { primary, others } })).toEqual([]);
    }
    if (encoder.rows > 0) await (target === 'event' ? into.writeEvents(encoder.take(), 'web') : into.writeFragments(encoder.take(), 'crm'));
  }
}

const ordinal = (who: string, of = tables): number => of.identities.find(identity(who)) ?? -1;

async function eventsOf(who: string, of = tables): Promise<string[]> {
  const ids = (await readEvents(of, ordinal(who, of), { limit: 1000 })).map(({ _id }) => String(_id));
  return ids.toSorted((one, other) => (one < other ? -1 : 1));
}

const RULES = [
  'xEvent.count() >= 2',
  'xEvent[timestamp occurs <= 7 days before now].count() = 0',
  'person.name.firstName = "Ann"',
  'xEvent.count() >= 1',
];

/** The leaves of the rules → ordinals. */
async function members(by: LeafEngine, of = tables): Promise<readonly (readonly number[])[]> {
  const leaves = new Map<LeafHash, Leaf>(RULES.flatMap((rule) => Object.entries(compile(rule, schema).plan?.leaves ?? {})));
  const revision = of.currentRevision();
  const universe = await by.select(UNIVERSE, revision, undefined);
  const found = await by.evaluate(leaves, { now: NOW, zone: 'UTC', revision, universe, audiences: new Map(), signal: undefined });
  return [...leaves.keys()].map((hash) => [...(found.get(hash)?.and(universe) ?? [])]);
}

describe('one person of several', () => {
  test('has the events and attributes of all, and there is one profile less', async () => {
    await write([
      { who: ['c1'], days: 9, document: { person: { name: { firstName: 'Ann', lastName: 'Old' } } } },
      { who: ['d1'], days: 2, event: 'v1' },
      { who: ['d1'], days: 1, event: 'v2' },
      { who: ['c2'], days: 1, event: 'v3' },
    ]);
    const kept = testEngine(tables);
    await members(kept);
    await write([{ who: ['c1', 'd1'], days: 0, document: { person: { name: { lastName: 'New' } } } }]);
    expect(ordinal('c1')).toBe(ordinal('d1'));
    expect(await eventsOf('c1')).toEqual(['v1', 'v2']);
    expect(await readProfile(tables, ordinal('d1'))).toMatchObject({
      person: { name: { firstName: 'Ann', lastName: 'New' } },
      identityMap: { CRMID: [{ id: 'c1', primary: true }], ECID: [{ id: 'd1' }] },
    });
    expect(await countEvents(tables)).toBe(3);
    const patched = await members(kept);
    expect(patched).toEqual(await members(testEngine(tables)));
    expect(patched.some((each) => each.length === 1 && each[0] === ordinal('c1'))).toBe(true);
  });

  test('by a new link of the rules becomes several again, each with its own', async () => {
    tables = await open(engine.clickhouse, ['CRMID']);
    await write([
      { who: ['c1', 'd1'], days: 5, event: 'v1', document: {} },
      { who: ['d1'], days: 4, event: 'v2' },
      { who: ['c1'], days: 4, document: { person: { name: { firstName: 'Ann' } } } },
    ]);
    expect(await eventsOf('d1')).toEqual(['v1', 'v2']);
    const kept = testEngine(tables);
    await members(kept);
    await write([{ who: ['c2', 'd1'], days: 1, event: 'v3' }]);
    expect(ordinal('d1')).toBe(ordinal('c2'));
    expect(await eventsOf('c1')).toEqual(['v1']);
    expect(await eventsOf('c2')).toEqual(['v2', 'v3']);
    expect(await readProfile(tables, ordinal('c2'))).not.toHaveProperty('person');
    expect(await members(kept)).toEqual(await members(testEngine(tables)));
  });
});

test('what somebody did on a shared device stays theirs, also when the device is the primary identity', async () => {
  tables = await open(engine.clickhouse, ['CRMID']);
  await write([
    { who: ['d1', 'c1'], days: 5, event: 'v1' },
    { who: ['d1'], days: 4, event: 'v2' },
    { who: ['d1', 'c2'], days: 1, event: 'v3' },
  ]);
  expect(ordinal('d1')).toBe(ordinal('c2'));
  expect(await eventsOf('c1')).toEqual(['v1']);
  expect(await eventsOf('c2')).toEqual(['v2', 'v3']);
});

test('another priority files what is stored anew: events go to whom they would have gone by it', async () => {
  tables = await open(engine.clickhouse, ['CRMID'], ['CRMID', 'Email']);
  await write([
    { who: ['c1', 'e1'], days: 9, event: 'v1' },
    { who: ['c2', 'e1'], days: 1, event: 'v2' },
    { who: ['c1', 'e1'], days: 9, event: 'v3' },
  ]);
  expect([await eventsOf('c1'), await eventsOf('c2')]).toEqual([['v1', 'v3'], ['v2']]);
  const kept = testEngine(tables);
  await members(kept);
  await tables.relink({ unique: ['CRMID'], priority: ['Email', 'CRMID'] });
  expect([await eventsOf('c1'), await eventsOf('c2')]).toEqual([[], ['v1', 'v2', 'v3']]);
  expect(await members(kept)).toEqual(await members(testEngine(tables)));
  await tables.relink({ unique: ['CRMID'], priority: [] });
  expect([await eventsOf('c1'), await eventsOf('c2')]).toEqual([['v1', 'v3'], ['v2']]);
  expect(await countEvents(tables)).toBe(3);
});

test('events are not filed under somebody who was forgotten', async () => {
  tables = await open(engine.clickhouse, ['CRMID'], ['CRMID', 'Email']);
  await write([
    { who: ['c1', 'e1'], days: 9, event: 'v1' },
    { who: ['c2', 'e1'], days: 1, event: 'v2' },
  ]);
  await tables.erasePeople([ordinal('c2')]);
  await tables.relink({ unique: ['CRMID'], priority: ['Email', 'CRMID'] });
  await write([{ who: ['c3', 'd9'], days: 1, event: 'v4' }]);
  expect(await eventsOf('c1')).toEqual(['v1']);
});

const who = fc.uniqueArray(fc.constantFrom('c1', 'c2', 'c3', 'e1', 'e2', 'd1', 'd2', 'd3'), { minLength: 1, maxLength: 3 });
const seen = fc.record({ who, days: fc.integer({ min: 0, max: 20 }), isEvent: fc.boolean(), name: fc.constantFrom('Ann', 'Bob') });
const records = fc
  .array(seen, { minLength: 1, maxLength: 12 })
  .map((all) =>
    all.map(({ isEvent, name, ...each }, index): Seen =>
      isEvent ? { ...each, event: `v${index}` } : { ...each, document: { person: { name: { firstName: name } } } },
    ),
  );

/** Who is one person, and what they did. */
async function picture(of = tables): Promise<object> {
  const people = new Map<number, string[]>();
  for (const each of ['c1', 'c2', 'c3', 'd1', 'd2', 'd3', 'e1', 'e2']) {
    const profile = ordinal(each, of);
    if (profile >= 0) people.set(profile, [...(people.get(profile) ?? []), each]);
  }
  const shown = [...people].map(async ([profile, names]) => {
    const { identityMap: _, ...attributes } = (await readProfile(of, profile)) ?? {};
    return [names.join(' '), await eventsOf(names[0] ?? '', of), attributes] as const;
  });
  return (await Promise.all(shown)).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

test.each([
  [[], []],
  [['CRMID'], []],
  [['CRMID'], ['Email', 'CRMID']],
] as const)(
  'records in any order and portions make the same people, whenever the rules come (unique: %j, priority: %j)',
  { timeout: 300_000 },
  async (unique, priority) => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        records.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }), fc.integer({ min: 1, max: 6 })),
        ),
        async ([all, shuffled, size]) => {
          const pictures: object[] = [];
          for (const [order, portion, first] of [
            [all, all.length, { unique, priority }],
            [shuffled, size, { unique, priority }],
            // Rules that come when everything is there already.
            [shuffled, size, { unique: unique.length === 0 ? ['CRMID'] : [], priority: priority.length === 0 ? ['Email', 'CRMID'] : [] }],
          ] as const) {
            lmdb = openLmdb(`${folder.path}/lmdb-${runs++}`);
            for (const table of ['events', 'fragments', 'profiles', 'identities'])
              await engine.clickhouse.command(`DROP TABLE IF EXISTS ${table} SYNC`);
            tables = await open(engine.clickhouse, first.unique, first.priority);
            const kept = testEngine(tables);
            for (let from = 0; from < order.length; from += portion) {
              await write(order.slice(from, from + portion));
              await members(kept);
            }
            if (first.unique !== unique) await tables.relink({ unique, priority });
            expect(await members(kept)).toEqual(await members(testEngine(tables)));
            const events = all.filter(({ event }) => event !== undefined);
            expect(await countEvents(tables)).toBe(events.length);
            pictures.push(await picture());
            await lmdb.close();
          }
          expect(pictures[1]).toEqual(pictures[0]);
          expect(pictures[2]).toEqual(pictures[0]);
        },
      ),
      // Without looking for a smaller example: each takes seconds.
      { numRuns: 2, endOnFailure: true },
    );
  },
);

/** Which statements fail: each STEP-th from a random one on, so that a few runs try them all; the message of a failure names it. */
const STEP = 3;

test('what a failure leaves in the middle is finished at the next start', { timeout: 120_000 }, async () => {
  const before: readonly Seen[] = [
    { who: ['c1'], days: 9, document: { person: { name: { firstName: 'Ann' } } } },
    ...['v1', 'v2', 'v3'].map((event) => ({ who: ['d1'], days: 3, event })),
    { who: ['d1'], days: 3, document: { preferredLanguage: 'fr' } },
  ];
  const link: readonly Seen[] = [{ who: ['c1', 'd1'], days: 0, event: 'v4' }];
  const expected = [['c1 d1', ['v1', 'v2', 'v3', 'v4'], { person: { name: { firstName: 'Ann' } }, preferredLanguage: 'fr' }]];
  for (let statement = randomInt(STEP), failed = true; failed; statement += STEP) {
    for (const table of ['events', 'fragments', 'profiles', 'identities'])
      await engine.clickhouse.command(`DROP TABLE IF EXISTS ${table} SYNC`);
    lmdb = openLmdb(`${folder.path}/lmdb-failing-${statement}`);
    tables = await open(engine.clickhouse);
    await write(before);
    const breaking = { left: Infinity };
    const broken = await open(failing(breaking));
    breaking.left = statement;
    failed = await write(link, broken).then(
      () => false,
      () => true,
    );
    tables = await open(engine.clickhouse);
    if (failed) await write(link);
    expect(await picture(), `after ${statement} statements`).toEqual(expected);
    expect(await countEvents(tables)).toBe(4);
    await lmdb.close();
  }
});

test('a change of the rules that is cut off goes on at the next start', { timeout: 120_000 }, async () => {
  const before: readonly Seen[] = [
    { who: ['c1', 'd1'], days: 9, event: 'v1' },
    { who: ['c1'], days: 9, document: { person: { name: { firstName: 'Ann' } } } },
    { who: ['c2', 'd1'], days: 3, event: 'v2' },
    { who: ['c2'], days: 3, document: { person: { name: { firstName: 'Bob' } } } },
    { who: ['d1'], days: 2, event: 'v3' },
  ];
  const ann = { person: { name: { firstName: 'Ann' } } };
  const bob = { person: { name: { firstName: 'Bob' } } };
  const expected = [
    ['c1', ['v1'], ann],
    ['c2 d1', ['v2', 'v3'], bob],
  ];
  for (let statement = randomInt(STEP), failed = true; failed; statement += STEP) {
    for (const table of ['events', 'fragments', 'profiles', 'identities'])
      await engine.clickhouse.command(`DROP TABLE IF EXISTS ${table} SYNC`);
    lmdb = openLmdb(`${folder.path}/lmdb-rules-${statement}`);
    tables = await open(engine.clickhouse);
    await write(before);
    expect(ordinal('c1')).toBe(ordinal('c2'));
    const breaking = { left: Infinity };
    const broken = await open(failing(breaking));
    breaking.left = statement;
    failed = await broken.relink({ unique: ['CRMID'], priority: ['Email', 'CRMID'] }).then(
      () => false,
      () => true,
    );
    tables = await open(engine.clickhouse);
    expect(await picture(), `after ${statement} statements`).toEqual(expected);
    expect(await countEvents(tables)).toBe(3);
    await lmdb.close();
  }
});

test('a link removed by hand that is cut off stays removed, and its people part at the next start', { timeout: 120_000 }, async () => {
  const before: readonly Seen[] = [
    { who: ['c1', 'd1'], days: 9, event: 'v1' },
    { who: ['c1'], days: 9, document: { person: { name: { firstName: 'Ann' } } } },
    { who: ['d1'], days: 2, event: 'v2' },
    { who: ['c2', 'd1'], days: 1, event: 'v3' },
  ];
  const expected = [
    ['c1', ['v1'], { person: { name: { firstName: 'Ann' } } }],
    ['c2 d1', ['v2', 'v3'], {}],
  ];
  for (let statement = randomInt(STEP), failed = true; failed; statement += STEP) {
    for (const table of ['events', 'fragments', 'profiles', 'identities'])
      await engine.clickhouse.command(`DROP TABLE IF EXISTS ${table} SYNC`);
    lmdb = openLmdb(`${folder.path}/lmdb-amend-${statement}`);
    tables = await open(engine.clickhouse);
    await write(before);
    const breaking = { left: Infinity };
    const broken = await open(failing(breaking));
    breaking.left = statement;
    failed = await broken.amendLinks('remove', { identity: identity('c1'), from: identity('d1') }, NOW).then(
      () => false,
      () => true,
    );
    tables = await open(engine.clickhouse);
    expect(tables.identities.removedLinks).toMatchObject([{ removed: NOW }]);
    expect(await picture(), `after ${statement} statements`).toEqual(expected);
    // The records come again.
    await write(before);
    expect(await picture(), `after ${statement} statements, and again`).toEqual(expected);
    expect(await countEvents(tables)).toBe(3);
    await lmdb.close();
  }
});

/** The engine, which carries out so many more statements that change something, as when the process ends there. */
function failing(breaking: { left: number }): ClickHouse {
  const unlessEnded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (breaking.left-- <= 0) throw new Error('the process has ended');
    return await work();
  };
  const { clickhouse } = engine;
  return {
    query: (...given) => clickhouse.query(...given),
    bytes: (...given) => clickhouse.bytes(...given),
    close: () => Promise.resolve(),
    command: async (...given) => await unlessEnded(() => clickhouse.command(...given)),
    insert: async (...given) => await unlessEnded(() => clickhouse.insert(...given)),
  };
}
