/** States that are made ahead: of whom, and what they are worth. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecent, readRest } from '../../src/profile/index.ts';
import { Bitmap } from '../../src/segmentation/index.ts';
import { Cold } from '../../src/segmentation/live/cold.ts';
import type { Deciding } from '../../src/segmentation/live/follower.ts';
import { Follower } from '../../src/segmentation/live/follower.ts';
import { PackedPlaces } from '../../src/segmentation/live/packed-states.ts';
import type { Lmdb } from '../../src/store/index.ts';
import { openLmdb } from '../../src/store/index.ts';
import { temporaryFolder } from '../support/processes.ts';
import type { TestPerson } from './support/people.ts';
import { TestPopulation } from './support/people.ts';
import { NOW, schema } from './support/shop.ts';
import { planOf } from './support/stream.ts';

const HOUR = 3_600_000;
const ID = 'bought twice within a day';
let population: TestPopulation;
let ordinals: readonly number[];
let lmdb: Lmdb;
let places: PackedPlaces;
const folder = temporaryFolder('kindred-packed');

/** One event, so many hours ago; somebody without events in between. */
const people = [5, 1, null, 3, 30].map((hours): TestPerson => ({
  attributes: {},
  events: hours === null ? [] : [{ _id: 'e', timestamp: new Date(NOW - hours * HOUR).toISOString(), eventType: 'buy' }],
}));

beforeAll(async () => {
  lmdb = openLmdb(folder.path);
  places = new PackedPlaces(lmdb);
  population = await TestPopulation.open(schema);
  ordinals = await population.add(people);
});

afterAll(async () => {
  await population.close();
  await lmdb.close();
  folder.remove();
});

const deciding = (now: number): Deciding => ({
  now,
  before: () => Promise.resolve(new Map([[ID, Bitmap.empty]])),
  moved: new Set(),
  signal: new AbortController().signal,
});

test('those who did something last come first, and whoever did nothing last', async () => {
  const [five, one, nothing, three, thirty] = ordinals;
  expect(await readRecent(population.tables, 10)).toEqual([one, three, five, thirty, nothing]);
  expect(await readRest(population.tables, new Set([one ?? 0, three ?? 0]), 2)).toEqual([five, nothing]);
  const cold = new Cold(3);
  const taken = [await cold.take(population.tables, 2), await cold.take(population.tables, 2), await cold.take(population.tables, 2)];
  expect(taken, 'near ones together').toEqual([[five, one], [three], []]);
});

test('with a state made ahead, and put on disk, the event is known that turns somebody, and the instant at which time does', async () => {
  const plan = planOf('xEvent[eventType = "buy" and timestamp occurs < 24 hours before now].count() >= 2');
  const follower = new Follower({
    audiences: [{ id: ID, name: ID, plan }],
    tables: async () => population.tables,
    zone: 'UTC',
    packed: places.next(),
    openBytes: 0,
  });
  let made: readonly number[] = [];
  for (;;) {
    const some = await follower.nextCold(2);
    if (some.length === 0) break;
    expect(await follower.left(100)).not.toEqual([]);
    expect(await follower.load(some, deciding(NOW))).toEqual([]);
    made = [...made, ...some];
  }
  expect(made.toSorted((a, b) => a - b)).toEqual(ordinals);
  expect(await follower.left(100)).toEqual([]);

  const [, one = 0] = ordinals;
  const since = population.tables.currentRevision() + 1;
  await population.write([
    { name: 'p1', attributes: null, events: [{ _id: 'second', timestamp: new Date(NOW).toISOString(), eventType: 'buy' }] },
  ]);
  const turned = await follower.decide(new Map([[one, { since, attributes: false, anew: false }]]), deciding(NOW + 1));
  expect(turned).toEqual([{ profile: one, audience: ID, entered: true, cause: { kind: 'event', event: 'p1 second', at: NOW } }]);
  expect(follower.nextDue()).toBe(NOW + 23 * HOUR);
  expect(follower.pass(NOW + 23 * HOUR)).toMatchObject([{ profile: one, entered: false, cause: { kind: 'time' } }]);

  follower.forget([one]);
  const left = [await follower.nextCold(9), await follower.nextCold(9)];
  expect(left, 'whoever was left out is asked for the next time').toEqual([[], [one]]);
  follower.forgetAll();
  expect([(await follower.left(100))?.length === 0, (await follower.nextCold(9)).length]).toEqual([false, people.length]);
});

test('what is packed on disk is there at once and later, until it is let go of, and other rules never see it', async () => {
  const [one, other] = [places.next(), places.next()];
  const flushed = async (): Promise<void> => {
    await new Promise((resolve) => void setTimeout(resolve, 50));
  };
  for (let profile = 0; profile < 3000; profile++) one.set(String(profile), `state ${profile}`);
  one.set('7', 'newer');
  const seen = (): readonly unknown[] => [one.get('6'), one.take('7'), one.get('7'), one.get('3000'), other.get('6')];
  const expected = ['state 6', 'newer', 'newer', undefined, undefined];
  expect(seen()).toEqual(expected);
  await flushed();
  expect(seen()).toEqual(expected);
  one.delete('6');
  expect([one.get('6'), one.get('8')]).toEqual([undefined, 'state 8']);
  await flushed();
  expect([one.get('6'), one.get('8')]).toEqual([undefined, 'state 8']);
  one.clear();
  expect(one.get('8')).toBeUndefined();
  one.set('8', 'again');
  expect(one.get('8')).toBe('again');
});
