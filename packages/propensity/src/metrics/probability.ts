/** How far probabilities are from what became true. */
import { requireOption } from '../problems.ts';
import { checkOutcomes, tiesOf, totalsOf } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';

/** Probabilities are held this far from 0 and 1, so that one sure error costs much but not all. */
const SURE = 1e-15;

/** Mean squared error of probabilities; NaN without rows. */
export function brier(outcomes: Outcomes): number {
  return meanOf(outcomes, (score, label) => (score - label) ** 2);
}

/** Mean negative log likelihood in nats; NaN without rows. */
export function logLoss(outcomes: Outcomes): number {
  return meanOf(outcomes, (score, label) => {
    const chance = Math.min(1 - SURE, Math.max(SURE, score));
    return -Math.log(label === 1 ? chance : 1 - chance);
  });
}

function meanOf(outcomes: Outcomes, loss: (score: number, label: number) => number): number {
  checkOutcomes(outcomes);
  const { scores, labels, weights } = outcomes;
  let sum = 0;
  let total = 0;
  for (let row = 0; row < scores.length; row += 1) {
    const weight = weights === undefined ? 1 : weights[row]!;
    sum += weight * loss(scores[row]!, labels[row]!);
    total += weight;
  }
  return sum / total;
}

export interface CalibrationPoint {
  /** Mean probability that was said, and the rate at which the outcome came. */
  readonly predicted: number;
  readonly actual: number;
  /** Sum of weights. */
  readonly rows: number;
  /** The lowest and highest probability in it. */
  readonly from: number;
  readonly to: number;
}

/** About `bins` groups of equally many rows from the lowest probability up; equal probabilities stay together. */
export function calibrationCurve(outcomes: Outcomes, bins = 10): readonly CalibrationPoint[] {
  requireOption(Number.isSafeInteger(bins) && bins > 0, `bins must be a whole number above 0, not ${bins}`);
  const ties = tiesOf(outcomes).toReversed();
  const { total } = totalsOf(ties);
  const curve: CalibrationPoint[] = [];
  let start = 0;
  let seen = 0;
  for (const [at, tie] of ties.entries()) {
    seen += tie.total;
    // Sums of weights may end a hair below the border they mean.
    const isFull = seen * bins >= total * (curve.length + 1) * (1 - 1e-12);
    if (!isFull && at < ties.length - 1) continue;
    const group = ties.slice(start, at + 1);
    const { total: rows, positive } = totalsOf(group);
    const predicted = group.reduce((sum, each) => sum + each.score * each.total, 0) / rows;
    curve.push({ predicted, actual: positive / rows, rows, from: group[0]!.score, to: tie.score });
    start = at + 1;
  }
  return curve;
}

/** Expected calibration error: mean distance of said and actual rate over the groups of `calibrationCurve`. NaN without rows. */
export function ece(outcomes: Outcomes, bins = 10): number {
  const curve = calibrationCurve(outcomes, bins);
  const total = curve.reduce((sum, point) => sum + point.rows, 0);
  return curve.reduce((sum, { predicted, actual, rows }) => sum + rows * Math.abs(predicted - actual), 0) / total;
}
