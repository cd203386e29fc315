/** Gradients of weighted log loss as whole numbers. */
import { sigmoid } from '../model/forest.ts';
import type { Arena } from './arena.ts';

/** Finer than this no model gets better. */
const FINEST = 2 ** 20;

export interface Scales {
  /** A gradient times this is its whole number; the same of hessians. */
  readonly gradient: number;
  readonly hessian: number;
}

/** As fine as sums over all rows still fit 32 bits: a gradient is at most the greatest weight, a hessian a quarter of it. */
export function scalesOf(rows: number, weights: Float64Array | null): Scales {
  const greatest = weights === null ? 1 : weights.reduce((most, weight) => Math.max(most, weight), 0);
  const finest = Math.min(FINEST, Math.floor((2 ** 31 - 1) / rows));
  return { gradient: finest / greatest, hessian: (finest * 4) / greatest };
}

export interface Targets {
  readonly labels: Uint8Array;
  readonly weights: Float64Array | null;
}

/** Writes the gradients of every row at its margin. */
export function writeGradients({ gradients }: Arena, margins: Float64Array, { labels, weights }: Targets, scales: Scales): void {
  for (let row = 0; row < margins.length; row += 1) {
    const chance = sigmoid(margins[row]!);
    const weight = weights === null ? 1 : weights[row]!;
    gradients[row * 2] = Math.round(chance * (1 - chance) * weight * scales.hessian);
    gradients[row * 2 + 1] = Math.round((chance - labels[row]!) * weight * scales.gradient);
  }
}

/** Log odds of the weighted rate. */
export function baseMargin({ labels, weights }: Targets): number {
  let positive = 0;
  let total = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const weight = weights === null ? 1 : weights[row]!;
    total += weight;
    if (labels[row] === 1) positive += weight;
  }
  return Math.log(positive / (total - positive));
}

/** Mean weighted log loss at margins, nats. */
export function lossOf(margins: Float64Array, { labels, weights }: Targets): number {
  let loss = 0;
  let total = 0;
  for (let row = 0; row < margins.length; row += 1) {
    const weight = weights === null ? 1 : weights[row]!;
    const toward = labels[row] === 1 ? margins[row]! : -margins[row]!;
    // log(1 + e^-x) without overflow.
    loss += weight * (toward > 0 ? Math.log1p(Math.exp(-toward)) : Math.log1p(Math.exp(toward)) - toward);
    total += weight;
  }
  return loss / total;
}
