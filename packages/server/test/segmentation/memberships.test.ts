/** Members that follow from the log of changes: whatever has been written of them when the process ends, and whoever turned out to be somebody else. */
import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Succession } from '../../src/identity/succession.ts';
import type { Definition } from '../../src/segmentation/index.ts';
import type { Cause } from '../../src/segmentation/cause.ts';
import { Bitmap, createSegmentation } from '../../src/segmentation/index.ts';
import { Memberships } from '../../src/segmentation/memberships.ts';
import type { ChangeRow } from '../../src/segmentation/membership-rows.ts';
import { RecentChanges } from '../../src/segmentation/recent-changes.ts';
import type { TestStores } from '../support/stores.ts';
import { withStores } from '../support/stores.ts';
import { checkAgreement } from './support/agreement.ts';
import { TestPopulation } from './support/people.ts';
import { schema } from './support/shop.ts';

const SEED = Number(process.env['KINDRED_MEMBERSHIPS_SEED'] ?? randomInt(2 ** 31));
const START = Date.UTC(2026, 3, 30, 12);
const PEOPLE = 40;

let stores: TestStores;
let audiences: readonly Definition[];

beforeAll(async () => {
  stores = await withStores();
  const population = await TestPopulation.within(stores.stores, schema);
  const segmentation = await createSegmentation({ stores: stores.stores, tables: population.tables, clock: () => new Date(START) });
  const create = async (name: string): Promise<Definition> =>
    await segmentation.definitions.create({ name, pql: 'vip', createdBy: 'test' }, new Date(START));
  audiences = [await create('First'), await create('Second'), await create('Third')];
  await segmentation.close();
});
afterAll(async () => {
  await stores.stop();
});

type Taken =
  | {
      readonly kind: 'amend' | 'evaluate';
      readonly audience: number;
      readonly people: readonly number[];
      readonly inside: readonly number[];
    }
  | { readonly kind: 'move'; readonly from: number; readonly to: number }
  | { readonly kind: 'forget'; readonly person: number };
type Step = Taken | { readonly kind: 'crash' } | { readonly kind: 'look' };

const somebody = fc.nat({ max: PEOPLE - 1 });
const some = fc.uniqueArray(somebody, { maxLength: 12 });
const changing = fc.record({ audience: fc.nat({ max: 2 }), people: some, inside: some });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: changing.map((each) => ({ kind: 'amend' as const, ...each })) },
  { weight: 1, arbitrary: changing.map((each) => ({ kind: 'evaluate' as const, ...each })) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), from: somebody, to: somebody }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), person: somebody }) },
  { weight: 3, arbitrary: fc.constantFrom({ kind: 'crash' } as const, { kind: 'look' } as const) },
);

/** What must be, decided by hand. */
class Model {
  readonly succession = new Succession([]);
  readonly members = audiences.map(() => new Set<number>());
  flips = 0;
  instant = START;

  isGone(person: number): boolean {
    return this.succession.presentOf(person) !== person;
  }

  change(audience: number, about: Iterable<number>, inside: ReadonlySet<number>): void {
    const members = this.members[audience] ?? new Set();
    for (const person of about) {
      if (members.has(person) === inside.has(person)) continue;
      this.flips++;
      if (inside.has(person)) members.add(person);
      else members.delete(person);
    }
  }

  move(from: number, to: number): void {
    if (from === to || this.isGone(from) || this.isGone(to)) return;
    this.succession.set(from, to);
    for (const members of this.members) if (members.delete(from)) members.add(to);
  }
}

async function open(model: Model): Promise<Memberships> {
  const { clickhouse, postgres: db } = stores.stores;
  // One that is left behind, as by a crash, must write nothing any more.
  return await Memberships.open({ clickhouse, db, succession: model.succession, later: 3_600_000 });
}

/** Where nobody was ever in any audience. */
async function openEmpty(model: Model): Promise<Memberships> {
  for (const table of ['memberships', 'membership_changes']) await stores.stores.clickhouse.command(`TRUNCATE TABLE ${table}`);
  await stores.stores.postgres.deleteFrom('segment_sizes').execute();
  return await open(model);
}

async function take(memberships: Memberships, model: Model, taken: Taken): Promise<void> {
  if (taken.kind === 'move') return model.move(taken.from, taken.to);
  if (taken.kind === 'forget') {
    const person = model.succession.presentOf(taken.person);
    for (const index of audiences.keys()) model.change(index, [person], new Set());
    await memberships.takeOut(Bitmap.of([person, ...model.succession.before(person)]), new Date((model.instant += 1000)));
    return;
  }
  const present = (people: readonly number[]): readonly number[] => people.filter((person) => !model.isGone(person));
  const definition = audiences[taken.audience] as Definition;
  const [people, inside] = [present(taken.people), new Set(present(taken.inside))];
  const evaluatedAt = new Date((model.instant += 1000));
  const shared = { audience: definition.id, version: definition.version };
  if (taken.kind === 'evaluate') {
    const members = Bitmap.of(inside);
    const size = { evaluatedAt, size: members.size, tookMs: 1, revision: model.flips };
    model.change(taken.audience, new Set([...inside, ...(model.members[taken.audience] ?? [])]), inside);
    await memberships.store([{ ...shared, ...size, members, cause: 'evaluation' }]);
    return;
  }
  const about = Bitmap.of(people);
  const among = Bitmap.of([...inside].filter((person) => people.includes(person)));
  model.change(taken.audience, people, inside);
  await memberships.amend([{ ...shared, about, members: among, cause: 'event' }], evaluatedAt);
}

async function expectAgreement(memberships: Memberships, model: Model): Promise<void> {
  const found = await memberships.loadMany(audiences.map(({ id }) => id));
  const lists = audiences.map(({ id }) => [...(found.get(id) ?? Bitmap.empty).toArray()]);
  expect(lists).toEqual(model.members.map((members) => [...members].toSorted((a, b) => a - b)));
  expect(memberships.end).toBe(model.flips + 1);
}

test(`are what the log says after every crash (seed ${SEED})`, { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const model = new Model();
      let memberships = await openEmpty(model);
      for (const [index] of audiences.entries())
        await take(memberships, model, { kind: 'evaluate', audience: index, people: [], inside: [] });
      for (const taken of steps) {
        if (taken.kind === 'crash') memberships = await open(model);
        else if (taken.kind === 'look') await memberships.movements(new Date(START));
        else await take(memberships, model, taken);
        await expectAgreement(memberships, model);
        if (taken.kind === 'look' || taken.kind === 'crash') {
          const sizes = await memberships.lastSizes(audiences.map(({ id }) => id));
          const rows = await stores.stores.postgres.selectFrom('segment_sizes').selectAll().orderBy('evaluated_at').execute();
          const last = new Map(rows.map((row) => [row.definition_id, [row.size, row.evaluated_at]]));
          expect(new Map([...sizes].map(([id, { size, evaluatedAt }]) => [id, [size, evaluatedAt]]))).toEqual(last);
        }
      }
      const [kept, again] = [memberships, await open(model)];
      await expectAgreement(again, model);
      // The end of the log is to hand, and reads as it does from the table, whichever part of it is asked for.
      for (const query of [
        { from: 1, limit: 1000 },
        { from: 1, limit: 2 },
        { from: Math.max(1, model.flips - 5), limit: 3 },
        { from: 2, limit: 100, profile: 3 },
        { from: 2, limit: 4, audiences: audiences.slice(0, 1).map(({ id }) => id) },
      ])
        expect(await kept.log(query)).toEqual(await again.log(query));
    }),
    { seed: SEED, numRuns: 25 },
  );
});

test('what a crash left unwritten has its size, and its place in the history', async () => {
  const model = new Model();
  const memberships = await openEmpty(model);
  const enter = async (person: number): Promise<void> =>
    await take(memberships, model, { kind: 'amend', audience: 0, people: [person], inside: [person] });
  await take(memberships, model, { kind: 'evaluate', audience: 0, people: [], inside: [1, 2] });
  await enter(3);
  const { clickhouse, postgres } = stores.stores;
  expect((await checkAgreement(clickhouse, postgres)).problems, 'nothing of it is written at once').not.toEqual([]);
  const again = await open(model);
  expect((await checkAgreement(clickhouse, postgres)).problems).toEqual([]);
  expect((await again.sizes(audiences[0]?.id ?? '')).sizes.map(({ size, revision }) => [size, revision])).toEqual([
    [2, 0],
    [3, 0],
  ]);
  expect(await again.of(3)).toEqual([{ audience: audiences[0]?.id, since: new Date(model.instant) }]);
});

test('what turned somebody is kept as it was told, of before 1970 as well', async () => {
  const model = new Model();
  const memberships = await openEmpty(model);
  await take(memberships, model, { kind: 'evaluate', audience: 1, people: [], inside: [] });
  const { id: audience = '', version = 0 } = audiences[1] ?? {};
  const causes = new Map<number, Cause>([
    [1, { kind: 'event', event: 'ä long event '.repeat(20), at: -86_400_001 }],
    [2, { kind: 'time', event: null, at: START + 5_000_000_000_000 }],
  ]);
  const people = Bitmap.of([1, 2, 3]);
  await memberships.amend([{ audience, version, about: people, members: people, cause: 'rule', causes }], new Date(START));
  const { flips } = await (await open(model)).log({ from: 1, limit: 10 });
  expect(flips.map(({ profile, cause }) => [profile, cause])).toEqual([...causes, [3, { kind: 'rule', event: null, at: START }]]);
});

test('of a long history of sizes there are as many as make a picture, the newest among them', async () => {
  const model = new Model();
  const memberships = await openEmpty(model);
  const audience = audiences[0]?.id ?? '';
  for (let size = 0; size < 9; size++) {
    // A pause in between: none of the stretches in it has a size.
    if (size === 6) model.instant += 100_000;
    const people = Array.from({ length: size }, (_, person) => person);
    await take(memberships, model, { kind: 'evaluate', audience: 0, people: [], inside: people });
  }
  const sizes = async (most?: number): Promise<readonly number[]> => {
    const history = await memberships.sizes(audience, most);
    expect(history.evaluations).toBe(9);
    return history.sizes.map(({ size }) => size);
  };
  expect(await sizes()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect([await sizes(2), await sizes(4)], 'the ends of one stretch, and of two').toEqual([
    [0, 8],
    [0, 5, 6, 8],
  ]);
  expect(await sizes(9), 'all when they are no more').toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('of the end of the log so many people are kept to hand', () => {
  const change = (offset: number, ...entered: number[]): ChangeRow => {
    const shared = { audience: 'a', version: 1, evaluated: START, rule: 1, cause: 'event', causes: new Map() } as const;
    return { ...shared, offset, entered: Bitmap.of(entered), exited: Bitmap.empty };
  };
  const recent = new RecentChanges(4);
  const places = (from: number): readonly number[] | undefined => recent.since(from)?.map(({ offset }) => offset);
  expect(places(1)).toBeUndefined();
  recent.note([change(7, 1, 2), change(9), change(9, 3)]);
  expect([places(6), places(7), places(8), places(9), places(10)]).toEqual([undefined, [7, 9], [7, 9], [9], []]);
  recent.note([change(10, 4, 5)]);
  expect([places(7), places(8), places(9), places(11)]).toEqual([undefined, undefined, [9, 10], [10]]);
  recent.note([change(12, 1, 2, 3, 4, 5)]);
  expect([places(12), places(17)]).toEqual([undefined, []]);
  recent.clear();
  expect(places(17)).toBeUndefined();
});

test('an audience that is no more takes no changes', async () => {
  const model = new Model();
  const memberships = await openEmpty(model);
  const id = audiences[2]?.id ?? '';
  await take(memberships, model, { kind: 'evaluate', audience: 2, people: [], inside: [5] });
  await memberships.forget(id);
  await take(memberships, model, { kind: 'amend', audience: 2, people: [6], inside: [6] });
  expect(await memberships.loadMany([id])).toEqual(new Map());
  expect(await memberships.of(6)).toEqual([]);
});
