/** What a scoring said of people, beside what they did when its window was over. */
import type { CalibrationPoint, Interval } from '@kindred/propensity';
import { auc, bootstrap, brier, calibrationCurve, rankOf, seededRandom } from '@kindred/propensity';
import type { Judged } from '../learn/evaluate.ts';
import type { BucketName } from '../model.ts';

/** How often something came among some people. */
export interface Came {
  readonly people: number;
  /** Mean of the probabilities said. */
  readonly predictedRate: number;
  readonly actualRate: number;
  /** Where the rate of all such people lies, at 95 %. */
  readonly low: number;
  readonly high: number;
}

export interface Outcome extends Came {
  /** High, medium, low; those nobody was in are left out. */
  readonly buckets: readonly (Came & { readonly bucket: BucketName })[];
  readonly calibration: readonly CalibrationPoint[];
  readonly brier: number;
  /** Null where all did the same. */
  readonly auc: Pick<Interval, 'value' | 'low' | 'high'> | null;
  /** Whether as many did as was said: `tooHigh`, `tooLow` where more or fewer were promised, beyond chance and by a fifth. */
  readonly rate: 'asSaid' | 'tooHigh' | 'tooLow';
  /** Whether the likelier ones did it as often before the others as in the test of the model; null where all did the same. */
  readonly ranking: 'asTested' | 'worse' | null;
}

/** What was said of people, row by row, and whether it came. */
export interface Sample extends Judged {
  readonly buckets: readonly BucketName[];
}

/** Smaller differences of the rate matter to nobody. */
const MATTERS = 0.2;
const RESAMPLES = 100;
const SEED = 1;
/** Of the normal distribution, for 95 %. */
const Z = 1.96;

/** @param tested AUC of the model in its test */
export function outcomeOf(sample: Sample, tested: Pick<Interval, 'low'>): Outcome {
  const { scores, labels } = sample;
  const all = cameOf(sample, [...scores.keys()]);
  const rows = Map.groupBy(scores.keys(), (row) => sample.buckets[row]!);
  const buckets = (['High', 'Medium', 'Low'] as const).flatMap((bucket) => {
    const some = rows.get(bucket) ?? [];
    return some.length === 0 ? [] : [{ bucket, ...cameOf(sample, some) }];
  });
  const ranked = { scores, labels, order: rankOf(scores) };
  const isMixed = all.actualRate > 0 && all.actualRate < 1;
  const ranks = isMixed ? bootstrap(ranked, auc, { random: seededRandom(SEED), resamples: RESAMPLES }) : null;
  return {
    ...all,
    buckets,
    calibration: calibrationCurve(ranked),
    brier: brier(ranked),
    auc: ranks && { value: ranks.value, low: ranks.low, high: ranks.high },
    rate: rateOf(all),
    ranking: ranks && (ranks.high < tested.low ? 'worse' : 'asTested'),
  };
}

function rateOf({ predictedRate, actualRate, low, high }: Came): Outcome['rate'] {
  const isChance = low <= predictedRate && predictedRate <= high;
  if (isChance || Math.abs(predictedRate - actualRate) <= MATTERS * actualRate) return 'asSaid';
  return predictedRate > actualRate ? 'tooHigh' : 'tooLow';
}

/** With the interval of Wilson, which holds for rare outcomes too. */
function cameOf({ scores, labels }: Judged, rows: readonly number[]): Came {
  const people = rows.length;
  const mean = (values: Float64Array | Uint8Array): number => rows.reduce((sum, row) => sum + values[row]!, 0) / people;
  const [predictedRate, actualRate] = [mean(scores), mean(labels)];
  const share = Z ** 2 / people;
  const middle = (actualRate + share / 2) / (1 + share);
  const half = (Z * Math.sqrt((actualRate * (1 - actualRate)) / people + share / (4 * people))) / (1 + share);
  const [low, high] = [Math.max(0, middle - half), Math.min(1, middle + half)];
  // Of none and of all it touches the end, but for what rounding leaves.
  return { people, predictedRate, actualRate, low: actualRate === 0 ? 0 : low, high: actualRate === 1 ? 1 : high };
}
