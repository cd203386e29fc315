import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  auc,
  bootstrap,
  bootstrapDifference,
  brier,
  calibrationCurve,
  captured,
  countByEdges,
  ece,
  gains,
  lift,
  logLoss,
  prAuc,
  PropensityError,
  psi,
  quantileEdges,
  rankCurve,
  seededRandom,
} from '../src/index.ts';
import type { Outcomes } from '../src/index.ts';

function outcomes(scores: readonly number[], labels: readonly number[], weights?: readonly number[]): Outcomes {
  const base = { scores: Float64Array.from(scores), labels: Uint8Array.from(labels) };
  return weights === undefined ? base : { ...base, weights: Float64Array.from(weights) };
}

/** Few distinct scores, so that ties are common; both classes present. */
const arbitraryOutcomes = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((rows) => new Set(rows.map(([, label]) => label)).size === 2);

const plain = (rows: readonly (readonly [number, number, number])[]) =>
  outcomes(
    rows.map(([score]) => score / 8),
    rows.map(([, label]) => label),
  );
const weighted = (rows: readonly (readonly [number, number, number])[]) => ({
  ...plain(rows),
  weights: Float64Array.from(rows.map(([, , weight]) => weight)),
});
const repeated = (rows: readonly (readonly [number, number, number])[]) =>
  plain(rows.flatMap((each) => Array.from({ length: each[2] }, () => each)));

const METRICS = { auc, prAuc, brier, logLoss, ece, lift } as const;

describe('every metric', () => {
  test.each(Object.entries(METRICS))('%s of a row that counts thrice is that of three rows', (_, metric) => {
    fc.assert(
      fc.property(arbitraryOutcomes, (rows) => {
        expect(metric(weighted(rows))).toBeCloseTo(metric(repeated(rows)), 9);
      }),
    );
  });

  test.each(Object.entries(METRICS))('%s does not depend on the order of rows', (_, metric) => {
    fc.assert(
      fc.property(arbitraryOutcomes, (rows) => {
        expect(metric(plain(rows.toReversed()))).toBeCloseTo(metric(plain(rows)), 9);
      }),
    );
  });

  test('refuses labels that are not one a row, and scores that are not numbers', () => {
    expect(() => auc(outcomes([0.1, 0.2], [1]))).toThrow(PropensityError);
    expect(() => brier(outcomes([0.1, Number.NaN], [1, 0]))).toThrow(/row 1/);
  });
});

describe('ranking', () => {
  test('AUC is the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(arbitraryOutcomes, (rows) => {
        let [right, pairs] = [0, 0];
        for (const [high, one] of rows)
          for (const [low, other] of rows)
            if (one === 1 && other === 0) {
              pairs += 1;
              right += high > low ? 1 : high === low ? 0.5 : 0;
            }
        expect(auc(plain(rows))).toBeCloseTo(right / pairs, 9);
      }),
    );
  });

  test('AUC of turned labels and of turned scores is the rest to one', () => {
    fc.assert(
      fc.property(arbitraryOutcomes, (rows) => {
        const turned = rows.map(([score, label, weight]) => [score, 1 - label, weight] as const);
        expect(auc(plain(turned))).toBeCloseTo(1 - auc(plain(rows)), 9);
      }),
    );
  });

  test('average precision of a known list', () => {
    // Hits at ranks 1, 3 and 4: (1/1 + 2/3 + 3/4) / 3.
    expect(prAuc(outcomes([0.9, 0.8, 0.7, 0.6, 0.5], [1, 0, 1, 1, 0]))).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 12);
  });

  test('of one class only nothing can be said', () => {
    expect(auc(outcomes([0.1, 0.9], [1, 1]))).toBeNaN();
    expect(prAuc(outcomes([0.1, 0.9], [0, 0]))).toBeNaN();
    expect(auc(outcomes([], []))).toBeNaN();
  });

  test('the curve ends with everybody taken and only ever climbs', () => {
    fc.assert(
      fc.property(arbitraryOutcomes, fc.integer({ min: 1, max: 20 }), (rows, points) => {
        const curve = rankCurve(plain(rows), points);
        expect(curve.at(-1)).toMatchObject({ share: 1, recall: 1, fallOut: 1 });
        for (let at = 1; at < curve.length; at += 1) {
          expect(curve[at]!.recall).toBeGreaterThanOrEqual(curve[at - 1]!.recall);
          expect(curve[at]!.score).toBeLessThan(curve[at - 1]!.score);
        }
      }),
    );
  });
});

describe('lift and gains', () => {
  test('the best tenth holds all outcomes: lift of ten', () => {
    const rows = Array.from({ length: 100 }, (_, row) => row);
    const best = outcomes(
      rows,
      rows.map((row) => (row >= 90 ? 1 : 0)),
    );
    expect(lift(best, 0.1)).toBeCloseTo(10, 12);
    expect(captured(best, 0.05)).toBeCloseTo(0.5, 12);
    expect(gains(best).map((gain) => gain.captured)).toEqual(Array.from({ length: 10 }, () => 1));
  });

  test('one score for all has no lift at any cut', () => {
    const flat = outcomes([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0]);
    for (const share of [0.1, 0.33, 1]) expect(lift(flat, share)).toBeCloseTo(1, 12);
  });

  test('parts of the table add up to everything', () => {
    fc.assert(
      fc.property(arbitraryOutcomes, (rows) => {
        const table = gains(plain(rows), 7);
        expect(table.at(-1)!.captured).toBeCloseTo(1, 9);
        expect(table.reduce((sum, gain) => sum + gain.liftOfPart / 7, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('a share outside (0, 1] is refused', () => {
    expect(() => lift(outcomes([0.1], [1]), 0)).toThrow(/share/);
  });
});

describe('probabilities', () => {
  test('Brier and log loss of a known list', () => {
    const two = outcomes([0.8, 0.4], [1, 0]);
    expect(brier(two)).toBeCloseTo((0.04 + 0.16) / 2, 12);
    expect(logLoss(two)).toBeCloseTo(-(Math.log(0.8) + Math.log(0.6)) / 2, 12);
    expect(logLoss(outcomes([0], [1]))).toBeLessThan(40);
  });

  test('the calibration curve loses no row and no outcome, and keeps ties together', () => {
    fc.assert(
      fc.property(arbitraryOutcomes, fc.integer({ min: 1, max: 12 }), (rows, bins) => {
        const curve = calibrationCurve(plain(rows), bins);
        expect(curve.length).toBeLessThanOrEqual(bins);
        expect(curve.reduce((sum, point) => sum + point.rows, 0)).toBe(rows.length);
        expect(curve.reduce((sum, point) => sum + point.rows * point.actual, 0)).toBeCloseTo(
          rows.filter(([, label]) => label === 1).length,
          9,
        );
        for (let at = 1; at < curve.length; at += 1) expect(curve[at]!.from).toBeGreaterThan(curve[at - 1]!.to);
      }),
    );
  });

  test('who says the base rate to all is calibrated', () => {
    expect(ece(outcomes([0.25, 0.25, 0.25, 0.25], [0, 0, 1, 0]))).toBeCloseTo(0, 12);
    expect(ece(outcomes([0.75, 0.75, 0.75, 0.75], [0, 0, 1, 0]))).toBeCloseTo(0.5, 12);
  });
});

describe('drift', () => {
  test('PSI of a known pair, zero of equals, the same both ways', () => {
    expect(psi([50, 50], [100, 100])).toBe(0);
    expect(psi([50, 50], [80, 20])).toBeCloseTo(0.3 * Math.log(0.8 / 0.5) - 0.3 * Math.log(0.2 / 0.5), 12);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 })), { minLength: 1 }), (pairs) => {
        const [one, other] = [pairs.map(([count]) => count), pairs.map(([, count]) => count)];
        expect(psi(one, other)).toBeCloseTo(psi(other, one), 9);
        expect(psi(one, other)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('an empty part costs much but not all, nothing at all cannot be compared', () => {
    expect(psi([50, 50], [100, 0])).toBeGreaterThan(0.25);
    expect(psi([50, 50], [100, 0])).toBeLessThan(10);
    expect(psi([0, 0], [1, 1])).toBeNaN();
  });

  test('deciles hold a tenth each; missing values have a part of their own', () => {
    const values = Array.from({ length: 1000 }, (_, row) => (row * 7919) % 1000);
    const edges = quantileEdges(values);
    expect([...countByEdges([...values, Number.NaN], edges)]).toEqual([...Array.from({ length: 10 }, () => 100), 1]);
    expect(quantileEdges([3, 3, 3, Number.NaN])).toEqual([3]);
    expect(quantileEdges([])).toEqual([]);
  });
});

describe('bootstrap', () => {
  const random = seededRandom(1);
  const labels = Array.from({ length: 2000 }, () => (random() < 0.3 ? 1 : 0));
  const noisy = outcomes(
    labels.map((label) => label + 2 * random()),
    labels,
  );

  test('holds the value, and its error is that of theory', () => {
    const { value, low, high, standardError } = bootstrap(noisy, auc, { random: seededRandom(7) });
    expect(value).toBe(auc(noisy));
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    // Hanley and McNeil, within what a bootstrap of 200 draws can miss.
    const positive = labels.filter((label) => label === 1).length;
    const negative = labels.length - positive;
    const spread = (positive - 1) * (value / (2 - value) - value ** 2) + (negative - 1) * ((2 * value ** 2) / (1 + value) - value ** 2);
    const theory = Math.sqrt((value * (1 - value) + spread) / (positive * negative));
    expect(standardError / theory).toBeGreaterThan(0.6);
    expect(standardError / theory).toBeLessThan(1.6);
  });

  test('the same seed gives the same interval, another seed another', () => {
    const of = (seed: number) => bootstrap(noisy, prAuc, { random: seededRandom(seed), resamples: 20 });
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });

  test('the difference of two scores of the same rows is surer than of two by themselves', () => {
    const better = Float64Array.from(noisy.scores, (score, row) => score + 0.1 * (noisy.labels[row] ?? 0));
    const options = () => ({ random: seededRandom(7), resamples: 100 });
    const found = bootstrapDifference({ ...noisy, scores: better }, noisy, auc, options());
    expect(found.value).toBeCloseTo(auc({ ...noisy, scores: better }) - auc(noisy), 12);
    expect(found.low).toBeGreaterThan(0);
    expect(found.standardError).toBeLessThan(bootstrap(noisy, auc, options()).standardError / 3);
    expect(bootstrapDifference(noisy, noisy, auc, options())).toMatchObject({ value: 0, low: 0, high: 0 });
    const reversed = bootstrapDifference(noisy, { scores: better }, auc, options());
    expect([reversed.value, reversed.high]).toEqual([-found.value, -found.low]);
    expect(() => bootstrapDifference(noisy, { scores: better.slice(1) }, auc, options())).toThrow(/a score for each row/);
  });

  test('draws of one class are left out', () => {
    const { low, high } = bootstrap(outcomes([0.9, 0.1, 0.2], [1, 0, 0]), auc, { random: seededRandom(5), resamples: 50 });
    expect([low, high]).toEqual([1, 1]);
  });
});
