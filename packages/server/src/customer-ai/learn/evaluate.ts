/** How good scores are, on rows that the model has not seen. */
import {
  auc,
  bootstrap,
  brier,
  calibrationCurve,
  ece,
  gains,
  lift,
  logLoss,
  prAuc,
  rankCurve,
  rankOf,
  seededRandom,
} from '@kindred/propensity';
import type { CalibrationPoint, Gain, Interval, RankPoint } from '@kindred/propensity';

/** A rule or a model on the rows of one snapshot. */
export interface Result {
  readonly name: string;
  readonly auc: number;
  readonly prAuc: number;
  readonly lift10: number;
  /** Null for what ranks without saying how likely. */
  readonly brier: number | null;
  readonly logLoss: number | null;
  /** What was fitted, where it is a few numbers that mean something: r, alpha, a and b of BG/NBD, in days. */
  readonly parameters?: Readonly<Record<string, number>>;
}

export interface Metrics {
  readonly auc: Interval;
  readonly prAuc: Interval;
  readonly brier: Interval;
  readonly logLoss: Interval;
  readonly ece: Interval;
  readonly lift10: Interval;
  /** Log odds that came for log odds that were said: 1 is right, below it the model is too sure. */
  readonly slope: number;
  readonly baseRate: number;
}

export interface Curves {
  readonly calibration: readonly CalibrationPoint[];
  readonly curve: readonly RankPoint[];
  readonly gains: readonly Gain[];
}

export interface Judged {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  /** How many rows each stands for; 1 without. */
  readonly weights?: Float64Array;
}

export function resultOf(name: string, judged: Judged, probabilities: boolean): Result {
  const outcomes = { ...judged, order: rankOf(judged.scores) };
  return {
    name,
    auc: auc(outcomes),
    prAuc: prAuc(outcomes),
    lift10: lift(outcomes),
    brier: probabilities ? brier(outcomes) : null,
    logLoss: probabilities ? logLoss(outcomes) : null,
  };
}

const POINTS = 100;

export function metricsOf(judged: Judged, seed: number): Metrics {
  const interval = (metric: Parameters<typeof bootstrap>[1]): Interval =>
    bootstrap(judged, metric, { random: seededRandom(seed), resamples: 100 });
  return {
    auc: interval(auc),
    prAuc: interval(prAuc),
    brier: interval(brier),
    logLoss: interval(logLoss),
    ece: interval((outcomes) => ece(outcomes)),
    lift10: interval((outcomes) => lift(outcomes)),
    slope: slopeOf(judged),
    baseRate: rateOf(judged),
  };
}

function rateOf({ labels, weights }: Judged): number {
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  const all = labels.reduce((sum, _, row) => sum + weightOf(row), 0);
  return labels.reduce((sum, label, row) => sum + label * weightOf(row), 0) / all;
}

export function curvesOf(judged: Judged): Curves {
  return { calibration: calibrationCurve(judged), curve: rankCurve(judged, POINTS), gains: gains(judged) };
}

/** The coefficient of the log odds in a logistic regression of the labels on them, by Newton's method. */
function slopeOf({ scores, labels, weights }: Judged): number {
  const odds = scores.map((score) => Math.log(Math.max(score, 1e-9) / Math.max(1 - score, 1e-9)));
  let [slope, start] = [1, 0];
  for (let step = 0; step < 25; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (const [row, x] of odds.entries()) {
      const p = 1 / (1 + Math.exp(-(start + slope * x)));
      const times = weights?.[row] ?? 1;
      const [error, weight] = [times * (labels[row]! - p), times * p * (1 - p)];
      g0 += error;
      g1 += error * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (determinant < 1e-12) break;
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    start += d0;
    slope += d1;
    if (Math.abs(d0) + Math.abs(d1) < 1e-9) break;
  }
  return slope;
}
