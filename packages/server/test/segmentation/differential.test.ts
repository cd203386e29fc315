/**
 * The reference evaluator decides what a query means; SQL over the real tables must agree, for random queries on random
 * profiles. A disagreement shrinks to the smallest query and profile; put what it shows into fixtures.test.ts.
 */
import { compile, evaluate } from '@kindred/pql';
import type { Leaf, Plan } from '@kindred/pql';
import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bitmap } from '../../src/segmentation/bitmap/index.ts';
import { audienceKey } from '../../src/segmentation/evaluation.ts';
import { combineLeaves } from '../../src/segmentation/logic.ts';
import { AUDIENCES, query } from './support/queries.ts';
import type { TestPerson } from './support/people.ts';
import { TestPopulation } from './support/people.ts';
import { NOW, person, schema } from './support/shop.ts';
import { queriesOf, testEngine } from './support/leaves.ts';

let population: TestPopulation;
beforeAll(async () => {
  population = await TestPopulation.open(schema);
});
afterAll(() => population.close());

/** Batches × (people, queries) of each; lengths are uniform, so half of the greatest product is what to expect. */
const BATCHES = Number(process.env['KINDRED_DIFFERENTIAL_BATCHES'] ?? 140);
const MOST_PEOPLE = 40;
const MOST_QUERIES = 150;

/** Another one for each run; a failed run is repeated by its number. */
const SEED = Number(process.env['KINDRED_DIFFERENTIAL_SEED'] ?? randomInt(2 ** 31));

test(`SQL and the reference evaluator agree on every profile (seed ${SEED})`, { timeout: 900_000 }, async () => {
  const counts = { queries: 0, pairs: 0, members: 0, leaves: 0, exact: 0 };
  const people = fc.array(person, { minLength: 1, maxLength: MOST_PEOPLE, size: 'max' });
  const queries = fc.array(query, { minLength: 1, maxLength: MOST_QUERIES, size: 'max' });
  await fc.assert(
    fc.asyncProperty(people, queries, async (everybody, texts) => {
      await population.clear();
      const ordinals = await population.add(everybody);
      const universe = Bitmap.of(ordinals);
      const audiences = membership(ordinals);
      const plans = texts.map((text) => planOf(text));
      const engine = testEngine(population.tables);
      const evaluation = { now: NOW, zone: 'UTC', revision: population.tables.currentRevision(), universe, audiences, signal: undefined };
      const bitmaps = await engine.evaluate(new Map(plans.flatMap(({ leaves }) => Object.entries(leaves))), evaluation);
      for (const [index, plan] of plans.entries()) {
        const members = combineLeaves(plan.root, bitmaps, universe);
        for (const [place, ordinal] of ordinals.entries()) {
          const expected = evaluate(plan.test, documentOf(everybody[place]), {
            now: NOW,
            zone: 'UTC',
            isMember: isMember(audiences, ordinal),
          });
          if (members.has(ordinal) !== expected)
            throw new Error(disagreement(texts[index] ?? '', plan, { person: everybody[place], expected }));
          counts.members += expected ? 1 : 0;
        }
        count(counts, plan, ordinals.length);
      }
    }),
    { seed: SEED, numRuns: BATCHES, unbiased: true },
  );
  // About 10,000 queries on 200,000 profiles with the batches above.
  expect(counts.queries).toBeGreaterThan(BATCHES * 50);
  // Some of everything: neither all in nor all out, and little of it left to the reference evaluator.
  expect(counts.members / counts.pairs).toBeGreaterThan(0.1);
  expect(counts.exact / counts.leaves).toBeGreaterThan(0.85);
});

function planOf(text: string): Plan {
  const { plan, problems } = compile(text, schema);
  if (plan === null) throw new Error(`no valid query: ${text}\n${problems.map(({ message }) => message).join('\n')}`);
  return plan;
}

/** Audiences that the queries may refer to. */
function membership(ordinals: readonly number[]): ReadonlyMap<string, Bitmap> {
  const [odd, low] = [ordinals.filter((ordinal) => ordinal % 2 === 1), ordinals.slice(0, 3)];
  return new Map(AUDIENCES.map((id) => [audienceKey('ups', id), Bitmap.of({ odd, low, none: [] }[id])]));
}

function isMember(audiences: ReadonlyMap<string, Bitmap>, ordinal: number): (namespace: string, id: string) => boolean {
  return (namespace, id) => audiences.get(audienceKey(namespace, id))?.has(ordinal) === true;
}

type Doc = Parameters<typeof evaluate>[1];

function documentOf(one: TestPerson | undefined): Doc {
  return { ...one?.attributes, xEvent: one?.events ?? [] } as Doc;
}

function disagreement(
  text: string,
  plan: Plan,
  { person: one, expected }: { readonly person: TestPerson | undefined; readonly expected: boolean },
): string {
  const sql = Object.values(plan.leaves).map((leaf) => queriesOf(leaf, population.tables));
  return [`SQL says ${!expected}, the reference evaluator ${expected}, to`, text, 'for', JSON.stringify(one), ...sql].join('\n');
}

function count(counts: Record<'queries' | 'pairs' | 'leaves' | 'exact', number>, plan: Plan, people: number): void {
  const leaves: readonly Leaf[] = Object.values(plan.leaves).filter(({ kind }) => kind !== 'audience');
  counts.queries++;
  counts.pairs += people;
  counts.leaves += leaves.length;
  counts.exact += leaves.filter((leaf) => !queriesOf(leaf, population.tables).startsWith('-- by reference')).length;
}
