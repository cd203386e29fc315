/** How trees are grown. The usual values are those that did well on every data set tried, not the best of any one. */
import { PropensityError, requireOption } from '../problems.ts';

export interface BoostOptions {
  /** At most so many; early stopping keeps fewer. */
  readonly trees: number;
  readonly learningRate: number;
  readonly maxLeaves: number;
  /** At most 8: exact explanations are made of tables of paths, which grow with it. */
  readonly maxDepth: number;
  /** L2 penalty on log odds of leaves, in units of hessian (a row has up to 0.25). */
  readonly lambda: number;
  /** A split must gain more. */
  readonly minGain: number;
  /** Least hessian of a leaf. */
  readonly minChildWeight: number;
  /** Shares of rows and of columns that a tree sees, in (0, 1]. */
  readonly rowSample: number;
  readonly columnSample: number;
  readonly seed: number;
  /** Trees without a better validation loss before training ends. */
  readonly patience: number;
  /** By name of numeric columns: 1 where a greater value may never lower the score, -1 where it may never raise it. */
  readonly monotone: Readonly<Record<string, 1 | -1>>;
  /** Added to the penalty and to the hessian by which categories are sorted, against rare ones that look strong by chance. */
  readonly categorySmoothing: number;
  /** At most so many categories on the smaller side of a split. */
  readonly maxCategories: number;
}

export const USUAL: BoostOptions = {
  trees: 400,
  learningRate: 0.05,
  maxLeaves: 24,
  maxDepth: 6,
  lambda: 5,
  minGain: 0,
  minChildWeight: 5,
  rowSample: 0.8,
  columnSample: 0.7,
  seed: 1,
  patience: 30,
  monotone: {},
  categorySmoothing: 10,
  maxCategories: 32,
};

/** @throws PropensityError `bad-option`, with the name of the option */
export function withUsual(options: Partial<BoostOptions>): BoostOptions {
  const all = { ...USUAL, ...options };
  for (const name of ['trees', 'maxLeaves', 'maxDepth', 'patience', 'maxCategories'] as const)
    requireOption(Number.isSafeInteger(all[name]) && all[name] > 0, `${name} must be a whole number above 0, not ${all[name]}`);
  requireOption(all.maxDepth <= 8, `maxDepth must be at most 8, not ${all.maxDepth}`);
  requireOption(all.maxLeaves >= 2 && all.maxLeaves <= 256, `maxLeaves must be from 2 to 256, not ${all.maxLeaves}`);
  for (const name of ['lambda', 'minGain', 'minChildWeight', 'categorySmoothing'] as const)
    requireOption(all[name] >= 0 && all[name] < Infinity, `${name} must be at least 0, not ${all[name]}`);
  for (const name of ['learningRate', 'rowSample', 'columnSample'] as const)
    requireOption(all[name] > 0 && all[name] <= 1, `${name} must be above 0 and at most 1, not ${all[name]}`);
  requireOption(Number.isSafeInteger(all.seed), `seed must be a whole number, not ${all.seed}`);
  return all;
}

/**
 * The direction of each feature, 0 where it is free.
 * @throws PropensityError `bad-option` for names that are no numeric feature
 */
export function directionsOf(
  monotone: BoostOptions['monotone'],
  features: readonly { readonly name: string; readonly kind: string }[],
): Int8Array {
  const directions = new Int8Array(features.length);
  for (const [name, direction] of Object.entries(monotone)) {
    const index = features.findIndex((feature) => feature.name === name && feature.kind === 'numeric');
    if (index < 0) throw new PropensityError('bad-option', `monotone names "${name}", which is no numeric column`);
    directions[index] = direction;
  }
  return directions;
}
