/** How well scores put those with the outcome before those without. Equal scores count as in no order: half right. */
import { tiesOf, totalsOf } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';

/** Chance that one with the outcome scores above one without; NaN when there is only one class. */
export function auc(outcomes: Outcomes): number {
  const ties = tiesOf(outcomes);
  const { total, positive } = totalsOf(ties);
  let above = 0;
  let area = 0;
  for (const tie of ties) {
    area += (tie.total - tie.positive) * (above + tie.positive / 2);
    above += tie.positive;
  }
  return area / (positive * (total - positive));
}

/** Average precision: precision at each score, weighed by the recall it adds. NaN without any outcome. */
export function prAuc(outcomes: Outcomes): number {
  const ties = tiesOf(outcomes);
  const all = totalsOf(ties).positive;
  let taken = 0;
  let hits = 0;
  let sum = 0;
  for (const tie of ties) {
    taken += tie.total;
    hits += tie.positive;
    sum += tie.positive * (hits / taken);
  }
  return sum / all;
}

export interface RankPoint {
  /** The lowest score taken. */
  readonly score: number;
  /** Shares of all rows, of those with the outcome (recall) and of those without it (false-positive rate). */
  readonly share: number;
  readonly recall: number;
  readonly fallOut: number;
  /** Share of those taken that have the outcome. */
  readonly precision: number;
}

/** Points of the ROC, precision-recall and gains curves from the highest score down, some `points` of them at equal steps of rows. */
export function rankCurve(outcomes: Outcomes, points = 200): readonly RankPoint[] {
  const ties = tiesOf(outcomes);
  const { total, positive } = totalsOf(ties);
  const curve: RankPoint[] = [];
  let taken = 0;
  let hits = 0;
  for (const [at, tie] of ties.entries()) {
    const step = Math.floor((taken / total) * points);
    taken += tie.total;
    hits += tie.positive;
    if (step === Math.floor((taken / total) * points) && at < ties.length - 1) continue;
    const [recall, fallOut] = [hits / positive, (taken - hits) / (total - positive)];
    curve.push({ score: tie.score, share: taken / total, recall, fallOut, precision: hits / taken });
  }
  return curve;
}
