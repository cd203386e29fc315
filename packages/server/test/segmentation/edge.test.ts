/** The edge evaluator against the reference evaluator: random queries, and people of whom a part is known and a part in hand. */
import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareEdge } from './support/edge.ts';
import { query } from './support/queries.ts';
import { life } from './support/stream.ts';

/** Another one for each run; a failed run is repeated by its number. */
const SEED = Number(process.env['KINDRED_DIFFERENTIAL_SEED'] ?? randomInt(2 ** 31));
const BATCHES = Number(process.env['KINDRED_EDGE_BATCHES'] ?? 15);

test(`the edge and the reference evaluator agree at every instant (seed ${SEED})`, { timeout: 900_000 }, () => {
  let [triples, members] = [0, 0];
  const queries = fc.array(query, { minLength: 1, maxLength: 20, size: 'max' });
  fc.assert(
    fc.property(fc.array(life, { minLength: 1, maxLength: 8, size: 'max' }), queries, (lives, texts) => {
      for (const each of lives) {
        const compared = compareEdge(each, texts);
        expect(compared.wrong).toEqual([]);
        triples += compared.triples;
        members += compared.members;
      }
    }),
    { seed: SEED, numRuns: BATCHES, unbiased: true },
  );
  expect(triples).toBeGreaterThan(BATCHES * 50);
  expect(members / triples).toBeGreaterThan(0.1);
});
