/** Columns that a model must not see: those that say nothing, and those that seem to know what came after. */
import { auc } from '@kindred/propensity';
import type { LabelledRows, LearnedFeature } from './table.ts';

export interface Dropped {
  /** Place of the feature in a row. */
  readonly place: number;
  readonly reason: 'empty' | 'constant' | 'leak';
  /** How well the column alone tells the outcome, for a leak. */
  readonly auc: number | null;
}

/** Alone no honest feature tells the outcome better. */
const LEAK = 0.98;
/** Of the rows, how many may have another value than the most frequent one for a column to be kept, at least. */
const LEAST_OTHERS = 0.002;
/** Rows looked at of a snapshot, and outcomes of either kind that tell something of a column. */
const ROWS = 10_000;
const LEAST_OUTCOMES = 30;

/** What is left out, by place. */
export function guard(features: readonly LearnedFeature[], parts: readonly LabelledRows[]): readonly Dropped[] {
  return features.flatMap((feature, place): readonly Dropped[] => {
    const looked = parts.map((part) => lookedAt(part, place));
    const values = Float64Array.from(looked.flatMap((each) => [...each.values]));
    const known = values.filter((value) => !Number.isNaN(value));
    if (known.length < values.length * LEAST_OTHERS) return [{ place, reason: 'empty', auc: null }];
    if (commonest(values) > values.length * (1 - LEAST_OTHERS)) return [{ place, reason: 'constant', auc: null }];
    // What knows the outcomes of one window need not know those of the others.
    const found = Math.max(...looked.map((each) => aloneOf(feature, each)));
    return found > LEAK ? [{ place, reason: 'leak', auc: found }] : [];
  });
}

interface Looked {
  readonly values: Float64Array;
  readonly labels: Uint8Array;
}

function lookedAt({ values, width, labels }: LabelledRows, place: number): Looked {
  const step = Math.max(1, Math.floor(labels.length / ROWS));
  const rows = Array.from({ length: Math.ceil(labels.length / step) }, (_, index) => index * step);
  return {
    values: Float64Array.from(rows, (row) => values[row * width + place]!),
    labels: Uint8Array.from(rows, (row) => labels[row]!),
  };
}

/** How well a column alone tells the outcome; 0.5 where there are too few. */
function aloneOf({ kind }: LearnedFeature, { values, labels }: Looked): number {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (Math.min(positives, labels.length - positives) < LEAST_OUTCOMES) return 0.5;
  const alone = kind === 'categorical' ? rates(values, labels) : values;
  return Math.max(aucOf(alone, labels, -1), aucOf(alone, labels, 1));
}

function commonest(values: Float64Array): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts.values().reduce((most, count) => Math.max(most, count), 0);
}

/** The rate of outcomes of each category in place of its number. */
function rates(values: Float64Array, labels: Uint8Array): Float64Array {
  const sums = new Map<number, { rows: number; positives: number }>();
  for (const [row, value] of values.entries()) {
    const sum = sums.get(value) ?? { rows: 0, positives: 0 };
    sums.set(value, { rows: sum.rows + 1, positives: sum.positives + labels[row]! });
  }
  return values.map((value) => (sums.get(value)!.positives + 0.5) / (sums.get(value)!.rows + 1));
}

/** @param missing where rows without a value are sorted: below all others, or above */
function aucOf(values: Float64Array, labels: Uint8Array, missing: -1 | 1): number {
  const scores = values.map((value) => (Number.isNaN(value) ? missing * Number.MAX_VALUE : value));
  const found = auc({ scores, labels });
  return Math.max(found, 1 - found);
}
