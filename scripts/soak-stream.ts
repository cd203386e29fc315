/** The soak of the stream evaluator: random queries on random lives, until so many triples have been asked. */
import * as fc from 'fast-check';
import { query } from '../packages/server/test/segmentation/support/queries.ts';
import { life, StreamDifferential, streamDisagreementText } from '../packages/server/test/segmentation/support/stream.ts';

const LIVES = 40;
const QUERIES = 50;
/** More are not worth reading. */
const MOST_SHOWN = 20;

/** True when there was no disagreement. The last line has everything that matters. */
export function soakStream(wanted: number, seed: number): boolean {
  const both = new StreamDifferential();
  let disagreements = 0;
  const started = performance.now();
  const progress = (): string => {
    const share = ((100 * both.members) / Math.max(both.triples, 1)).toFixed(2);
    const counts = `${both.triples} triples, ${both.queries} queries, members ${share} %, ${both.flips} flips`;
    return `stream, seed ${seed}: ${counts}, ${disagreements} disagreements, ${Math.round((performance.now() - started) / 1000)} s`;
  };
  for (let batch = 0; both.triples < wanted; batch++) {
    const options = { seed: seed + batch, unbiased: true };
    const lives = fc.sample(life, { ...options, numRuns: LIVES });
    for (const each of both.compare(lives, fc.sample(query, { ...options, numRuns: QUERIES }))) {
      if (disagreements++ < MOST_SHOWN) console.log(`${streamDisagreementText(each)}\n`);
    }
    if (batch % 10 === 9) console.log(progress());
  }
  console.log(progress());
  return disagreements === 0;
}
