/** Scores beside what became true: what every metric reads. */
import { PropensityError, requireLength } from '../problems.ts';

export interface Outcomes {
  /** A row's score: a probability in [0, 1] for Brier, log loss and calibration; any margin will do for what ranks only. Never NaN. */
  readonly scores: Float64Array;
  /** 1 where the outcome came, else 0. */
  readonly labels: Uint8Array;
  /** How many rows a row stands for; 1 without. */
  readonly weights?: Float64Array;
  /** Rows from the highest score to the lowest, when the caller has them already (`rankOf`). */
  readonly order?: Uint32Array;
}

/** Rows from the highest score to the lowest; equal scores in the order of rows. */
export function rankOf(scores: Float64Array): Uint32Array {
  const order = new Uint32Array(scores.length);
  for (let row = 0; row < order.length; row += 1) order[row] = row;
  return order.toSorted((one, other) => scores[other]! - scores[one]! || one - other);
}

/** Rows of one score: no metric may depend on the order within them. */
export interface Tie {
  readonly score: number;
  /** Sums of weights. */
  readonly total: number;
  readonly positive: number;
}

/**
 * Groups of equal scores from the highest to the lowest; groups of no weight are left out.
 * @throws PropensityError `length-mismatch`
 */
export function tiesOf(outcomes: Outcomes): readonly Tie[] {
  checkOutcomes(outcomes);
  const { scores, labels, weights } = outcomes;
  const order = outcomes.order ?? rankOf(scores);
  const ties: Tie[] = [];
  for (let at = 0; at < order.length;) {
    const score = scores[order[at]!]!;
    let total = 0;
    let positive = 0;
    for (; at < order.length && score === scores[order[at]!]; at += 1) {
      const row = order[at]!;
      const weight = weights === undefined ? 1 : weights[row]!;
      total += weight;
      if (labels[row] === 1) positive += weight;
    }
    if (total > 0) ties.push({ score, total, positive });
  }
  return ties;
}

/** @throws PropensityError `length-mismatch`, `bad-option` for a score that is NaN */
export function checkOutcomes({ scores, labels, weights, order }: Outcomes): void {
  requireLength('labels', labels.length, scores.length);
  if (weights !== undefined) requireLength('weights', weights.length, scores.length);
  if (order !== undefined) requireLength('order', order.length, scores.length);
  const bad = scores.findIndex(Number.isNaN);
  if (bad >= 0) throw new PropensityError('bad-option', `the score of row ${bad} is not a number: give every row a score or leave it out`);
}

export interface Totals {
  readonly total: number;
  readonly positive: number;
}

export function totalsOf(ties: readonly Totals[]): Totals {
  let total = 0;
  let positive = 0;
  for (const tie of ties) {
    total += tie.total;
    positive += tie.positive;
  }
  return { total, positive };
}
