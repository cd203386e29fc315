/** The interval of a share told from a sample. */
import { describe, expect, test } from 'vitest';
import { scaled } from '../../src/segmentation/estimate/estimator.ts';
import { interval } from '../../src/segmentation/estimate/interval.ts';
import { samplingStep } from '../../src/segmentation/estimate/sample.ts';

describe('Clopper and Pearson', () => {
  // From R: binom.test(hits, drawn)$conf.int
  test.for([
    [0, 10, 0, 0.308_497_1],
    [1, 10, 0.002_528_579, 0.445_016_1],
    [5, 10, 0.187_086, 0.812_914],
    [10, 10, 0.691_502_9, 1],
    [1, 1000, 2.531_78e-5, 0.005_558_924],
    [0, 25_000, 0, 0.000_147_544_3],
  ] as const)('%i of %i', ([hits, drawn, low, high]) => {
    const found = interval(hits, drawn);
    expect(found.low).toBeCloseTo(low, 6);
    expect(found.high).toBeCloseTo(high, 6);
  });

  test('is what its meaning says: beyond each end lies a tail of 2.5 %', () => {
    const [hits, drawn] = [37, 400];
    const { low, high } = interval(hits, drawn);
    expect(1 - cumulative(hits - 1, drawn, low)).toBeCloseTo(0.025, 8);
    expect(cumulative(hits, drawn, high)).toBeCloseTo(0.025, 8);
  });

  test('holds the true share 95 times of 100 at least, whatever it is', () => {
    for (const share of [0.001, 0.01, 0.05, 0.3, 0.5, 0.97]) expect(coverage(share, 150)).toBeGreaterThanOrEqual(0.95);
  });
});

/** The probability of at most so many hits. */
function cumulative(hits: number, drawn: number, share: number): number {
  let [term, sum] = [(1 - share) ** drawn, 0];
  for (let k = 0; k <= hits; k++) {
    sum += term;
    term *= ((drawn - k) / (k + 1)) * (share / (1 - share));
  }
  return sum;
}

/** Exactly: over all numbers of hits, by their probabilities. */
function coverage(share: number, drawn: number): number {
  let [term, sum] = [(1 - share) ** drawn, 0];
  for (let hits = 0; hits <= drawn; hits++) {
    const { low, high } = interval(hits, drawn);
    if (low <= share && share <= high) sum += term;
    term *= ((drawn - hits) / (hits + 1)) * (share / (1 - share));
  }
  return sum;
}

test('a size is never less than what was seen, nor more than what was not refuted', () => {
  expect(scaled(0, 0, 5)).toEqual({ size: 0, low: 0, high: 5 });
  expect(scaled(0, 100, 1000)).toMatchObject({ size: 0, low: 0 });
  expect(scaled(3, 4, 5)).toMatchObject({ low: 3, high: 4 });
  expect(scaled(100, 100, 1000)).toMatchObject({ size: 1000, high: 1000 });
  const { low, size, high } = scaled(50, 100, 1000);
  expect([low, size, high]).toEqual([398, 500, 602]);
});

test('samples have between 25,000 and 50,000 profiles, and there is none of few', () => {
  expect([0, 50_000, 99_999].map(samplingStep)).toEqual([1, 1, 1]);
  for (const universe of [100_000, 123_456, 1_000_000, 10_000_000]) {
    const drawn = universe / samplingStep(universe);
    expect(drawn).toBeGreaterThanOrEqual(25_000);
    expect(drawn).toBeLessThan(50_001);
  }
});
