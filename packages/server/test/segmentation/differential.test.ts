/**
 * The reference evaluator decides what a query means; SQL over the real tables must agree, for random queries on random
 * profiles. A disagreement shrinks to the smallest query and profile; put what it shows into fixtures.test.ts.
 * `npm run soak` asks the same for hours.
 */
import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Differential, disagreementText } from './support/differential.ts';
import { query } from './support/queries.ts';
import { person } from './support/shop.ts';

let both: Differential;
beforeAll(async () => {
  both = await Differential.open();
});
afterAll(() => both.close());

/** Batches × (people, queries) of each; lengths are uniform, so half of the greatest product is what to expect. */
const BATCHES = Number(process.env['KINDRED_DIFFERENTIAL_BATCHES'] ?? 20);
const MOST_PEOPLE = 100;
const MOST_QUERIES = 45;

/** Another one for each run; a failed run is repeated by its number. */
const SEED = Number(process.env['KINDRED_DIFFERENTIAL_SEED'] ?? randomInt(2 ** 31));

test(`SQL and the reference evaluator agree on every profile (seed ${SEED})`, { timeout: 900_000 }, async () => {
  const people = fc.array(person, { minLength: 1, maxLength: MOST_PEOPLE, size: 'max' });
  const queries = fc.array(query, { minLength: 1, maxLength: MOST_QUERIES, size: 'max' });
  await fc.assert(
    fc.asyncProperty(people, queries, async (everybody, texts) => {
      const [first] = await both.compare(everybody, texts);
      if (first !== undefined) throw new Error(disagreementText(first));
    }),
    { seed: SEED, numRuns: BATCHES, unbiased: true },
  );
  // 6,000 at least, about 22,000 mostly.
  expect(both.triples).toBeGreaterThan(BATCHES * 300);
  // Some of everything: neither all in nor all out, and all of it said in SQL.
  expect(both.members / both.triples).toBeGreaterThan(0.1);
  expect(both.exact / both.leaves).toBeGreaterThan(0.999);
});
