/**
 * Answers given together are those given alone: random rules on random profiles, by shared queries, by a query for each leaf
 * and by the reference evaluator; and answers patched after new data and with a moved clock are those given anew.
 */
import { compile, evaluate } from '@kindred/pql';
import type { DataObject, Leaf, LeafHash, Plan } from '@kindred/pql';
import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { UNIVERSE } from '../../src/identity/index.ts';
import { readDocuments } from '../../src/profile/index.ts';
import { Bitmap } from '../../src/segmentation/bitmap/index.ts';
import type { Evaluation } from '../../src/segmentation/evaluation.ts';
import type { LeafEngine } from '../../src/segmentation/leaf-engine.ts';
import { readsAudiences } from '../../src/segmentation/leaf-engine.ts';
import { combineLeaves } from '../../src/segmentation/logic.ts';
import { queriesOf, testEngine } from './support/leaves.ts';
import type { TestPerson } from './support/people.ts';
import { TestPopulation } from './support/people.ts';
import { rule } from './support/rules.ts';
import { NOW, person, schema } from './support/shop.ts';

let population: TestPopulation;
beforeAll(async () => {
  population = await TestPopulation.open(schema);
});
beforeEach(() => population.clear());
afterAll(() => population.close());

/** Another one for each run; a failed run is repeated by its number. */
const SEED = Number(process.env['KINDRED_FAMILIES_SEED'] ?? randomInt(2 ** 31));
const RUNS = Number(process.env['KINDRED_FAMILIES_RUNS'] ?? 3);

const rules = (maxLength: number): fc.Arbitrary<readonly string[]> => fc.array(rule, { minLength: 1, maxLength, size: 'max' });
const people = (minLength: number, maxLength: number): fc.Arbitrary<readonly TestPerson[]> =>
  fc.array(person, { minLength, maxLength, size: 'max' });

test(`leaves together have the members of each alone (seed ${SEED})`, { timeout: 600_000 }, async () => {
  let together = 0;
  let members = 0;
  await fc.assert(
    fc.asyncProperty(people(1, 40), rules(200), async (everybody, texts) => {
      await population.clear();
      const ordinals = await population.add(everybody);
      const plans = texts.map(planOf);
      const leaves = leavesOf(plans);
      const evaluation = await at(NOW);
      const inRanges = testEngine(population.tables, { leastTogether: 1, rowsAtOnce: 20 });
      const oneByOne = testEngine(population.tables, { leastTogether: Infinity });
      const [shared, alone] = [await answers(inRanges, leaves, evaluation), await answers(oneByOne, leaves, evaluation)];
      for (const [hash, leaf] of leaves) {
        if (!of(shared, hash).equals(of(alone, hash)))
          throw new Error(`together ${listed(of(shared, hash))}, alone ${listed(of(alone, hash))}: ${queriesOf(leaf, population.tables)}`);
        together++;
        members += of(shared, hash).size;
      }
      const documents = (await readDocuments(population.tables, ordinals)) as ReadonlyMap<number, DataObject>;
      for (const [index, plan] of plans.entries()) {
        if (Object.values(plan.leaves).some(readsAudiences)) continue;
        const found = combineLeaves(plan.root, shared, evaluation.universe);
        const expected = ordinals.filter((ordinal) => evaluate(plan.test, documents.get(ordinal) ?? {}, { now: NOW, zone: 'UTC' }));
        expect([...found], texts[index] ?? '').toEqual(expected.toSorted((a, b) => a - b));
      }
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
  // A test in which nobody is ever in would show nothing.
  expect(members).toBeGreaterThan(together / 10);
});

test('a family with more events than fit is asked for in ranges of profiles', async () => {
  await population.add(
    Array.from({ length: 40 }, (_, place) => ({
      attributes: {},
      events: [1, 2].map((day) => ({
        _id: `${place} ${day}`,
        eventType: 'buy',
        timestamp: new Date(NOW - day * DAY).toISOString(),
        total: place,
      })),
    })),
  );
  const asked: string[] = [];
  const { clickhouse } = population.tables;
  const watched: typeof clickhouse = {
    ...clickhouse,
    bytes: (sql, ...rest) => {
      asked.push(sql);
      return clickhouse.bytes(sql, ...rest);
    },
  };
  const leaves = leavesOf([planOf('xEvent[eventType = "buy"].sum(total) > 20'), planOf('xEvent[eventType = "buy"].sum(total) > 60')]);
  const evaluation = await at(NOW);
  const found = await answers(testEngine(population.tables, { clickhouse: watched, rowsAtOnce: 20 }), leaves, evaluation);
  // Eighty events, twenty at once.
  expect(asked).toHaveLength(4);
  expect([...leaves.keys()].map((hash) => of(found, hash).size)).toEqual([29, 9]);
});

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** What happens between two questions: time passes, people act, somebody changes. */
const change = fc.record({
  passes: fc.constantFrom(0, 1, MINUTE, 59 * MINUTE, DAY, 31 * DAY),
  newcomers: people(0, 3),
  /** Whose record or events come: places among those there are. */
  known: fc.array(fc.record({ place: fc.nat(1000), act: fc.boolean(), change: fc.boolean(), person }), { maxLength: 6 }),
});

test(`answers patched are those given anew (seed ${SEED})`, { timeout: 600_000 }, async () => {
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(people(8, 30), rules(80), fc.array(change, { minLength: 1, maxLength: 5 }), async (first, texts, changes) => {
      await population.clear();
      const names = first.map((_, index) => `f${population.tables.currentRevision()}-${index}`);
      await population.write(first.map((one, index) => ({ ...one, name: names[index] ?? '' })));
      const leaves = leavesOf(texts.map(planOf));
      const patching = testEngine(population.tables);
      let now = NOW;
      let before = await answers(patching, leaves, await at(now));
      for (const [step, { passes, newcomers, known }] of changes.entries()) {
        now += passes;
        const added = newcomers.map((one, index) => ({ ...one, name: `n${population.tables.currentRevision()}-${index}` }));
        const moved = known.map(({ place, act, change: changes_, person: one }, index) => ({
          name: names[place % names.length] ?? '',
          attributes: changes_ ? one.attributes : null,
          events: act ? one.events.map(({ _id: id, ...event }) => ({ ...event, _id: `${step} ${index} ${id}` })) : [],
        }));
        names.push(...added.map(({ name }) => name));
        await population.write([...added, ...moved]);
        const evaluation = await at(now);
        const [patched, anew] = [
          await answers(patching, leaves, evaluation),
          await answers(testEngine(population.tables), leaves, evaluation),
        ];
        for (const [hash, leaf] of leaves) {
          if (!of(patched, hash).equals(of(anew, hash)))
            throw new Error(`patched ${listed(of(patched, hash))}, anew ${listed(of(anew, hash))}: ${JSON.stringify(leaf)}`);
          if (!of(before, hash).equals(of(patched, hash))) changed++;
        }
        before = patched;
      }
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
  expect(changed).toBeGreaterThan(0);
});

function planOf(text: string): Plan {
  const { plan, problems } = compile(text, schema);
  if (plan === null) throw new Error(`no valid query: ${text}\n${problems.map(({ message }) => message).join('\n')}`);
  return plan;
}

function leavesOf(plans: readonly Plan[]): ReadonlyMap<LeafHash, Leaf> {
  return new Map(plans.flatMap(({ leaves }) => Object.entries(leaves)).filter(([, leaf]) => !readsAudiences(leaf)));
}

async function at(now: number): Promise<Evaluation> {
  const revision = population.tables.currentRevision();
  const universe = await testEngine(population.tables).select(UNIVERSE, revision, undefined);
  return { now, zone: 'UTC', revision, universe, audiences: new Map(), signal: undefined };
}

/** Events of a profile that is gone count for nobody. */
async function answers(
  asked: LeafEngine,
  leaves: ReadonlyMap<LeafHash, Leaf>,
  evaluation: Evaluation,
): Promise<ReadonlyMap<LeafHash, Bitmap>> {
  const found = await asked.evaluate(leaves, evaluation);
  return new Map([...found].map(([hash, bitmap]) => [hash, bitmap.and(evaluation.universe)]));
}

function of(bitmaps: ReadonlyMap<LeafHash, Bitmap>, hash: LeafHash): Bitmap {
  const bitmap = bitmaps.get(hash);
  if (bitmap === undefined) throw new Error(`no answer for the leaf ${hash}`);
  return bitmap;
}

const listed = (bitmap: Bitmap): string => JSON.stringify([...bitmap]);
