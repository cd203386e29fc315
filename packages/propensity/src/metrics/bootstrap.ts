/** How sure a metric is: rows drawn again with replacement, the metric of each draw. */
import { requireOption } from '../problems.ts';
import type { Random } from '../random.ts';
import { rankOf } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';

export interface BootstrapOptions {
  readonly random: Random;
  readonly resamples?: number;
  /** Share of draws within the interval. */
  readonly level?: number;
}

export interface Interval {
  /** Of the rows as they are. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
}

/**
 * Percentile interval of a metric. Draws in which the metric is not defined (one class only) are left out; without any other
 * the bounds are NaN.
 * @throws PropensityError `bad-option`
 */
export function bootstrap(outcomes: Outcomes, metric: (drawn: Outcomes) => number, options: BootstrapOptions): Interval {
  const ranked = rankedOf(outcomes);
  return intervalOf((weights) => metric({ ...ranked, weights }), outcomes, { ...options, value: metric(ranked) });
}

/**
 * The same of the difference of a metric between two scores of the same rows, of which the same are drawn for both: rows that are hard
 * for both do not make it uncertain.
 * @throws PropensityError `bad-option`, also where they are not as many
 */
export function bootstrapDifference(
  one: Outcomes,
  other: Pick<Outcomes, 'scores' | 'order'>,
  metric: (drawn: Outcomes) => number,
  options: BootstrapOptions,
): Interval {
  requireOption(
    one.scores.length === other.scores.length,
    `both must have a score for each row, not ${one.scores.length} and ${other.scores.length}`,
  );
  const [first, second] = [rankedOf(one), rankedOf({ ...one, ...other, order: other.order ?? rankOf(other.scores) })];
  const difference = (weights?: Float64Array): number => {
    const drawn = weights === undefined ? {} : { weights };
    return metric({ ...first, ...drawn }) - metric({ ...second, ...drawn });
  };
  return intervalOf(difference, one, { ...options, value: difference() });
}

/** Sorted once: a draw changes how much each row counts, never their order. */
function rankedOf(outcomes: Outcomes): Outcomes {
  return { ...outcomes, order: outcomes.order ?? rankOf(outcomes.scores) };
}

function intervalOf(
  metricOf: (weights: Float64Array) => number,
  outcomes: Outcomes,
  { random, resamples = 200, level = 0.95, value }: BootstrapOptions & { readonly value: number },
): Interval {
  requireOption(Number.isSafeInteger(resamples) && resamples > 1, `resamples must be a whole number above 1, not ${resamples}`);
  requireOption(level > 0 && level < 1, `level must lie between 0 and 1, not ${level}`);
  const values: number[] = [];
  for (let draw = 0; draw < resamples; draw += 1) {
    const drawn = metricOf(drawWeights(outcomes, random));
    if (!Number.isNaN(drawn)) values.push(drawn);
  }
  const sorted = Float64Array.from(values).toSorted();
  const tail = (1 - level) / 2;
  return { value, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail), standardError: deviation(sorted) };
}

function drawWeights({ scores, weights }: Outcomes, random: Random): Float64Array {
  const drawn = new Float64Array(scores.length);
  for (let draw = 0; draw < drawn.length; draw += 1) {
    const row = Math.floor(random() * drawn.length);
    drawn[row]! += weights === undefined ? 1 : weights[row]!;
  }
  return drawn;
}

/** Linear between neighbours; NaN of nothing. */
function quantile(sorted: Float64Array, part: number): number {
  const at = part * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return below + (above - below) * (at - Math.floor(at));
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
