import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrate, ece, fitBeta, IDENTITY, logLoss, probabilitiesOf, seededRandom } from '../src/index.ts';

/** Margins and outcomes whose true log odds are a function of the margin. */
function drawn(rows: number, truth: (margin: number) => number, seed = 1): { margins: Float64Array; labels: Uint8Array } {
  const random = seededRandom(seed);
  const margins = Float64Array.from({ length: rows }, () => (random() + random() + random() - 1.5) * 4);
  return { margins, labels: Uint8Array.from(margins, (margin) => (random() < 1 / (1 + Math.exp(-truth(margin))) ? 1 : 0)) };
}

describe('beta calibration', () => {
  test('of a calibrated model changes next to nothing', () => {
    const { margins, labels } = drawn(20_000, (margin) => margin);
    const { a, b, c } = fitBeta(margins, labels);
    expect(Math.abs(a - 1) + Math.abs(b - 1) + Math.abs(c)).toBeLessThan(0.2);
    expect([...calibrate(IDENTITY, margins.subarray(0, 9))].map((chance) => chance.toFixed(9))).toEqual(
      [...probabilitiesOf(margins.subarray(0, 9))].map((chance) => chance.toFixed(9)),
    );
  });

  test('mends a model that is too sure, and one whose base rate has moved', () => {
    for (const truth of [(margin: number) => margin / 2, (margin: number) => margin + 1]) {
      const past = drawn(8000, truth);
      const now = drawn(8000, truth, 2);
      const scores = calibrate(fitBeta(past.margins, past.labels), now.margins);
      const raw = probabilitiesOf(now.margins);
      expect(ece({ scores, labels: now.labels })).toBeLessThan(ece({ scores: raw, labels: now.labels }) / 3);
      expect(logLoss({ scores, labels: now.labels })).toBeLessThan(logLoss({ scores: raw, labels: now.labels }));
    }
  });

  test('never turns the order of scores around, whatever it is fitted on', () => {
    const row = fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.integer({ min: 0, max: 1 }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        const margins = Float64Array.from(rows, ([margin]) => margin);
        const calibration = fitBeta(
          margins,
          Uint8Array.from(rows, ([, label]) => label),
        );
        const scores = calibrate(calibration, margins.toSorted());
        for (let at = 0; at < scores.length; at += 1) {
          expect(scores[at]!).toBeGreaterThanOrEqual(at === 0 ? 0 : scores[at - 1]!);
          expect(scores[at]!).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('scores that say the opposite become flat, not turned', () => {
    const { margins, labels } = drawn(5000, (margin) => -margin);
    const scores = calibrate(fitBeta(margins, labels), margins);
    expect(Math.max(...scores) - Math.min(...scores)).toBeLessThan(0.2);
  });
});
