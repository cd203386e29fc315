/**
 * The differential test for hours: random queries on random profiles, SQL against the reference evaluator, until so many
 * triples (query, profile, instant) have been asked.
 *
 *   npm run soak [-- --triples 1000000] [--seed 42] [--engine stream]
 *
 * The last line has everything that matters. Leaves with exit code 1 when there was a disagreement.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { Differential, disagreementText } from '../packages/server/test/segmentation/support/differential.ts';
import { query } from '../packages/server/test/segmentation/support/queries.ts';
import { person } from '../packages/server/test/segmentation/support/shop.ts';
import { soakStream } from './soak-stream.ts';

const { values } = parseArgs({
  options: { triples: { type: 'string', default: '1000000' }, seed: { type: 'string' }, engine: { type: 'string' } },
});
const wanted = Number(values.triples);
const seed = Number(values.seed ?? randomInt(2 ** 31));
const PEOPLE = 200;
const QUERIES = 100;
/** More are not worth reading. */
const MOST_SHOWN = 20;

if (values.engine === 'stream') process.exitCode = soakStream(wanted, seed) ? 0 : 1;
else await soakBatch();

async function soakBatch(): Promise<void> {
  const both = await Differential.open();
  let disagreements = 0;
  let failures = 0;
  const started = performance.now();
  for (let batch = 0; both.triples < wanted; batch++) {
    const options = { seed: seed + batch, unbiased: true };
    const people = fc.sample(fc.array(person, { minLength: PEOPLE, maxLength: PEOPLE, size: 'max' }), { ...options, numRuns: 1 })[0] ?? [];
    const queries = fc.sample(query, { ...options, numRuns: QUERIES });
    try {
      for (const each of await both.compare(people, queries)) {
        if (disagreements++ < MOST_SHOWN) console.log(`${disagreementText(each)}\n`);
      }
    } catch (error) {
      if (failures++ < MOST_SHOWN) console.log(error);
      if (failures >= MOST_SHOWN) break;
    }
    if (batch % 10 === 9) console.log(progress());
  }
  console.log(progress());
  await both.close();
  process.exitCode = disagreements + failures > 0 ? 1 : 0;

  function progress(): string {
    const { triples, queries, members, leaves, exact } = both;
    const share = (part: number, whole: number): string => `${((100 * part) / Math.max(whole, 1)).toFixed(2)} %`;
    const counts = `${triples} triples, ${queries} queries, members ${share(members, triples)}, exact leaves ${share(exact, leaves)}`;
    const seconds = Math.round((performance.now() - started) / 1000);
    return `seed ${seed}: ${counts}, ${disagreements} disagreements, ${failures} failures, ${seconds} s`;
  }
}
