/**
 * What a linear model sees of a row. A numeric column is the normal quantile of its rank, so that heavy tails and outliers weigh
 * no more than their place, with an indicator where values are missing; a categorical column is one indicator a category. All of
 * it depends on bins alone: a model is a table of log odds by feature and bin.
 */
import { MISSING } from '../data/features.ts';
import type { Feature } from '../data/features.ts';
import type { Bins } from '../data/bins.ts';

export const BINS = 256;

/** How the coefficients of one feature become its 256 table entries: a coefficient times a factor for some bins. */
export interface Design {
  /** Coefficient of each feature and bin, or -1 for bins that say nothing; 256 a feature. */
  readonly coefficient: Int32Array;
  readonly factor: Float64Array;
  /** Sum of weights of the training rows in each bin. */
  readonly counts: Float64Array;
  readonly coefficients: number;
}

export function designOf(features: readonly Feature[], bins: Bins, weights: Float64Array | null): Design {
  const coefficient = new Int32Array(features.length * BINS).fill(-1);
  const factor = new Float64Array(features.length * BINS);
  const all = new Float64Array(features.length * BINS);
  let next = 0;
  for (const [feature, { kind }] of features.entries()) {
    const counts = countsOf(bins, feature, weights);
    const start = feature * BINS;
    all.set(counts, start);
    const give = (bin: number, value: number, to: number): void => {
      coefficient[start + bin] = to;
      factor[start + bin] = value;
    };
    if (kind === 'categorical') {
      // A category alone says nothing.
      const present = [...counts.keys()].filter((bin) => counts[bin]! > 0);
      if (present.length > 1) for (const bin of present) give(bin, 1, next++);
      continue;
    }
    const scores = normalScores(counts.subarray(0, MISSING));
    if (scores !== null) {
      for (const [bin, score] of scores.entries()) give(bin, score, next);
      next += 1;
    }
    if (counts[MISSING]! > 0 && counts.subarray(0, MISSING).some((count) => count > 0)) give(MISSING, 1, next++);
  }
  return { coefficient, factor, counts: all, coefficients: next };
}

/** Log odds by feature and bin. */
export function tableOf({ coefficient, factor }: Design, coefficients: Float64Array): Float64Array {
  return factor.map((value, at) => (coefficient[at]! < 0 ? 0 : value * coefficients[coefficient[at]!]!));
}

function countsOf({ rows, stride, bytes }: Bins, feature: number, weights: Float64Array | null): Float64Array {
  const counts = new Float64Array(BINS);
  for (let row = 0; row < rows; row += 1) counts[bytes[row * stride + feature]!]! += weights === null ? 1 : weights[row]!;
  return counts;
}

/** Normal quantile of the middle rank of each bin, with mean 0 and deviation 1 over rows; null when one bin holds all. */
function normalScores(counts: Float64Array): Float64Array | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const scores = counts.map((count) => {
    below += count;
    const rank = (below - count / 2) / total;
    return normalQuantile(Math.min(1 - 1e-9, Math.max(1e-9, rank)));
  });
  const mean = counts.reduce((sum, count, bin) => sum + (count * scores[bin]!) / total, 0);
  const variance = counts.reduce((sum, count, bin) => sum + (count * (scores[bin]! - mean) ** 2) / total, 0);
  return variance > 1e-12 ? scores.map((score) => (score - mean) / Math.sqrt(variance)) : null;
}

/** Inverse of the normal distribution by Giles's approximation of the inverse error function; error below 1e-6. */
function normalQuantile(share: number): number {
  const x = 2 * share - 1;
  let w = -Math.log((1 - x) * (1 + x));
  const central = w < 5;
  w = central ? w - 2.5 : Math.sqrt(w) - 3;
  const terms = central
    ? [2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941]
    : [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682];
  return Math.SQRT2 * x * terms.reduce((sum, term) => sum * w + term, 0);
}
