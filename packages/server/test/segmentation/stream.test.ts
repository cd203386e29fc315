/**
 * The stream evaluator against the reference evaluator: random queries, random lives of late and repeated events, attributes that
 * come and go, time, and states saved and read again. `npm run soak -- --engine stream` asks the same for hours.
 */
import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { query } from './support/queries.ts';
import { life, StreamDifferential, streamDisagreementText } from './support/stream.ts';

/** Another one for each run; a failed run is repeated by its number. */
const SEED = Number(process.env['KINDRED_DIFFERENTIAL_SEED'] ?? randomInt(2 ** 31));
const BATCHES = Number(process.env['KINDRED_STREAM_BATCHES'] ?? 15);

test(`the stream and the reference evaluator agree at every instant (seed ${SEED})`, { timeout: 900_000 }, () => {
  const both = new StreamDifferential();
  const lives = fc.array(life, { minLength: 1, maxLength: 10, size: 'max' });
  const queries = fc.array(query, { minLength: 1, maxLength: 20, size: 'max' });
  fc.assert(
    fc.property(lives, queries, (everybody, texts) => {
      const [first] = both.compare(everybody, texts);
      if (first !== undefined) throw new Error(streamDisagreementText(first));
    }),
    { seed: SEED, numRuns: BATCHES, unbiased: true },
  );
  expect(both.triples).toBeGreaterThan(BATCHES * 50);
  expect(both.members / both.triples).toBeGreaterThan(0.1);
  expect(both.flips).toBeGreaterThan(BATCHES);
});
