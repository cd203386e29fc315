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
/** Rows looked at. */
const ROWS = 60_000;

/** What is left out, by place. */
export function guard(features: readonly LearnedFeature[], parts: readonly LabelledRows[]): readonly Dropped[] {
  const rows = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const step = Math.max(1, Math.floor(rows / ROWS));
  return features.flatMap((feature, place): readonly Dropped[] => {
    const { values, labels } = looked(parts, place, step);
    const known = values.filter((value) => !Number.isNaN(value));
    if (known.length < values.length * LEAST_OTHERS) return [{ place, reason: 'empty', auc: null }];
    if (commonest(values) > values.length * (1 - LEAST_OTHERS)) return [{ place, reason: 'constant', auc: null }];
    const alone = feature.kind === 'categorical' ? rates(values, labels) : values;
    const found = Math.max(aucOf(alone, labels, -1), aucOf(alone, labels, 1));
    return found > LEAK ? [{ place, reason: 'leak', auc: found }] : [];
  });
}

function looked(parts: readonly LabelledRows[], place: number, step: number) {
  const values: number[] = [];
  const labels: number[] = [];
  for (const part of parts)
    for (let row = 0; row < part.labels.length; row += step) {
      values.push(part.values[row * part.width + place]!);
      labels.push(part.labels[row]!);
    }
  return { values: Float64Array.from(values), labels: Uint8Array.from(labels) };
}

function commonest(values: Float64Array): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(...counts.values());
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
