/**
 * Live audiences in the tables: random rules followed through events, records, people who turn out to be one, people forgotten, and time,
 * against batch evaluation and the reference evaluator.
 */
import type { DataObject } from '@kindred/pql';
import { evaluate } from '@kindred/pql';
import * as fc from 'fast-check';
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDocuments } from '../../src/profile/index.ts';
import type { Segmentation } from '../../src/segmentation/index.ts';
import { ALL, Bitmap, createSegmentation } from '../../src/segmentation/index.ts';
import type { Memberships } from '../../src/segmentation/memberships.ts';
import type { Stores } from '../../src/store/index.ts';
import { openStores } from '../../src/store/index.ts';
import { temporaryFolder } from '../support/processes.ts';
import type { NamedPerson } from './support/people.ts';
import { TestPopulation } from './support/people.ts';
import { query } from './support/queries.ts';
import { rule } from './support/rules.ts';
import { NOW, person, schema } from './support/shop.ts';
import { planOf } from './support/stream.ts';

/** Another one for each run; a failed run is repeated by its number. */
const SEED = Number(process.env['KINDRED_DIFFERENTIAL_SEED'] ?? randomInt(2 ** 31));
const ROUNDS = 8;
const RULES = 16;
const DAY = 86_400_000;

const folder = temporaryFolder('kindred-live');
let stores: Stores;
let population: TestPopulation;
let segmentation: Segmentation;
let now = NOW;
const clock = (): Date => new Date(now);
const unexpected: unknown[] = [];

/** A segment job asks it between the evaluation and the members that it stores. */
const BETWEEN = 'SELECT DISTINCT namespace FROM identities';
let held: { readonly reached: () => void; readonly release: Promise<void> } | null = null;

beforeAll(async () => {
  stores = await openStores({ dataFolder: folder.path, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 2 });
  population = await TestPopulation.within(stores, schema);
  const clickhouse: Stores['clickhouse'] = {
    ...stores.clickhouse,
    async query(sql, ...rest) {
      if (held !== null && sql.startsWith(BETWEEN)) {
        held.reached();
        await held.release;
      }
      return await stores.clickhouse.query(sql, ...rest);
    },
  };
  const { tables } = population;
  segmentation = await createSegmentation({
    stores: { ...stores, clickhouse },
    tables,
    clock,
    onUnexpected: (error) => unexpected.push(error),
  });
});

afterAll(async () => {
  await segmentation.close();
  await stores.close();
  folder.remove();
});

const sample = <Value>(arbitrary: fc.Arbitrary<Value>, count: number, part: number): Value[] =>
  fc.sample(arbitrary, { numRuns: count, seed: SEED + part });

/** Begins a job that evaluates everybody, and gives what lets it store what it found. */
async function evaluating(): Promise<() => Promise<void>> {
  const [reached, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  held = { reached: reached.resolve, release: release.promise };
  const { id } = await segmentation.jobs.create([ALL], 'test');
  await reached.promise;
  return async () => {
    held = null;
    release.resolve();
    expect(await segmentation.jobs.ended(id)).toMatchObject({ status: 'SUCCEEDED' });
  };
}

/** Rules that refer to no audience. */
const alone = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> => texts.filter((text) => !text.includes('egment'));

/** Somebody of a few about whom something is told. */
const told = fc.record({
  who: fc.nat(12),
  shares: fc.constantFrom('', '', '', '', 'a', 'b'),
  what: fc.constantFrom('events', 'record', 'both'),
  said: person,
});
const round = fc.record({
  tellings: fc.array(told, { maxLength: 6 }),
  later: fc.constantFrom(0, 1, 999, 1000, 3_600_000, DAY, 7 * DAY, 30 * DAY),
  forgets: fc.constantFrom(false, false, false, true),
  /** Whether all of it comes while a job evaluates everybody. */
  during: fc.boolean(),
});

test(`live audiences are those of batch evaluation and of the reference evaluator (seed ${SEED})`, { timeout: 240_000 }, async () => {
  const drawn = [...sample(alone(rule), RULES / 2, 0), ...sample(alone(query), RULES / 2, 1)];
  const [texts, ids]: [string[], string[]] = [[], []];
  const define = async (name: string, pql: string): Promise<string> =>
    (await segmentation.definitions.create({ name, pql, createdBy: 'test', evaluation: 'streaming' }, clock())).id;
  const create = async (pql: string): Promise<void> => {
    texts.push(pql);
    ids.push(await define(`rule ${ids.length}`, pql));
  };
  for (const text of drawn) await create(text);
  await define('of others', `inSegment("${ids[0]}") and not inSegment("${ids[1]}")`);
  const evaluated = await segmentation.jobs.create([ALL], 'test');
  expect(await segmentation.jobs.ended(evaluated.id)).toMatchObject({ status: 'SUCCEEDED' });
  let entered = 0;
  const several = new Set<number>();
  for (const [index, { tellings, later, forgets, during }] of sample(round, ROUNDS, 2).entries()) {
    // One that is evaluated for the first time meanwhile.
    if (during) await create(drawn[ids.length % RULES] ?? '');
    const store = during ? await evaluating() : null;
    const people = tellings.map(({ who, shares, what, said }, place): NamedPerson => ({
      name: `p${who}`,
      attributes: what === 'events' ? null : said.attributes,
      records: what === 'events' ? undefined : [{ at: new Date(now + place).toISOString(), attributes: said.attributes }],
      events: what === 'record' ? [] : said.events.map(({ _id: id, ...event }) => ({ ...event, _id: `${index}.${place} ${id}` })),
      shared: shares === '' ? [] : [shares],
    }));
    await population.write(people);
    for (const ordinals of population.tables.identities.succession.all()) for (const profile of ordinals) several.add(profile);
    if (forgets) {
      const profile = population.tables.identities.find({ namespace: 'CRMID', id: 'p1' });
      if (profile !== undefined) await population.tables.erasePeople([profile]);
    }
    now += later;
    if (store !== null) {
      // Who turns is told before the job ends, and the job does not undo it.
      expect(await segmentation.drift.check()).toMatchObject({ audiences: ids.length, disagreements: 0 });
      await store();
    }
    const check = await segmentation.drift.check();
    const cases = (await segmentation.drift.cases(10)).map(({ audience, ...each }) => ({ rule: texts[ids.indexOf(audience)], ...each }));
    expect({ check, cases }).toMatchObject({ check: { full: true, audiences: ids.length + 1, disagreements: 0 }, cases: [] });
    entered += await agreesWithReference(texts, ids);
  }
  expect(unexpected).toEqual([]);
  expect(entered).toBeGreaterThan(20);
  const { flips } = await segmentation.log.log({ from: 0, limit: 1000 });
  // Nobody enters twice without leaving in between, but who was several people before.
  const single = flips.filter(({ profile }) => !several.has(profile));
  expect(single.length).toBeGreaterThan(0);
  for (const [, own] of Map.groupBy(single, ({ audience, profile }) => `${audience} ${profile}`)) {
    for (const [place, { change }] of own.entries()) if (place > 0) expect(change).not.toBe(own[place - 1]?.change);
  }
});

/** Gives how many memberships there are. */
async function agreesWithReference(texts: readonly string[], ids: readonly string[]): Promise<number> {
  const { tables } = population;
  const everybody = Array.from({ length: 13 }, (_, who) => tables.identities.find({ namespace: 'CRMID', id: `p${who}` }) ?? -1);
  const present = [...new Set(everybody.filter((profile) => profile >= 0))];
  const documents = await readDocuments(tables, present);
  let count = 0;
  for (const [place, text] of texts.entries()) {
    const { profiles } = await segmentation.audiences.members(ids[place] ?? '', { start: 0, limit: 100 });
    const { test: holds } = planOf(text);
    const expected = present.filter((profile) => {
      const lookup = (entity: string, id: string): DataObject | null => tables.lookups.get(entity, id);
      return evaluate(holds, (documents.get(profile) ?? {}) as DataObject, { now, zone: 'UTC', isMember: () => false, lookup });
    });
    expect([text, [...profiles]]).toEqual([text, expected.toSorted((a, b) => a - b)]);
    count += expected.length;
  }
  return count;
}

test('what does not agree is told, kept with what the reference evaluator says, and put right', async () => {
  const pql = 'xEvent[eventType = "buy" and note = "behind"]';
  const { id } = await segmentation.definitions.create(
    { name: 'Behind our back', pql, createdBy: 'test', evaluation: 'streaming' },
    clock(),
  );
  await segmentation.audiences.evaluate(id, 'test');
  const event = { _id: 'seen', timestamp: new Date(now).toISOString(), eventType: 'buy', note: 'behind' };
  const nobody = { attributes: {}, events: [] };
  await population.write([
    { ...nobody, name: 'seen', events: [event] },
    { ...nobody, name: 'unseen' },
  ]);
  const [one = -1, other = -1] = ['seen', 'unseen'].map((name) => population.tables.identities.find({ namespace: 'CRMID', id: name }));
  expect(await segmentation.drift.check()).toMatchObject({ disagreements: 0 });
  // Somebody is put in who does not belong there.
  const people = Bitmap.of([other]);
  const memberships = segmentation.log as Memberships;
  await memberships.amend([{ audience: id, version: 1, about: people, members: people, cause: 'evaluation' }], clock());
  const check = await segmentation.drift.check();
  expect(check).toMatchObject({ disagreements: 1 });
  expect((await segmentation.drift.cases(10)).filter((each) => each.check === check.id)).toEqual([
    { check: check.id, audience: id, profile: other, live: true, batch: false, reference: false },
  ]);
  const { profiles } = await segmentation.audiences.members(id, { start: 0, limit: 10 });
  expect([...profiles]).toEqual([one]);
  expect(await segmentation.drift.check()).toMatchObject({ disagreements: 0 });
});

test('more may turn at once than a call takes arguments', { timeout: 120_000 }, async () => {
  const [audiences, people] = [400, 400];
  unexpected.length = 0;
  const create = async (index: number): Promise<void> => {
    const pql = `xEvent[eventType = "buy" and note = "many"].count() >= 1 and not xEvent[note = "none ${index}"]`;
    await segmentation.definitions.create({ name: `Many ${index}`, pql, createdBy: 'test', evaluation: 'streaming' }, clock());
  };
  for (let index = 0; index < audiences; index++) await create(index);
  const evaluated = await segmentation.jobs.create([ALL], 'test');
  expect(await segmentation.jobs.ended(evaluated.id)).toMatchObject({ status: 'SUCCEEDED' });
  const { end } = segmentation.log;
  const event = { timestamp: new Date(now).toISOString(), eventType: 'buy', note: 'many' };
  await population.write(
    Array.from({ length: people }, (_, who) => ({ name: `many ${who}`, attributes: {}, events: [{ ...event, _id: `many ${who}` }] })),
  );
  expect(await segmentation.drift.check()).toMatchObject({ disagreements: 0 });
  expect(unexpected).toEqual([]);
  expect(segmentation.log.end - end).toBeGreaterThanOrEqual(audiences * people);
});
