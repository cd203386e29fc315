/**
 * A feature as a model sees it: at most 254 bins of values and one for missing ones, one byte a value. Trees only ever compare
 * bins, so numeric, missing and categorical splits are one code path, and a model carries the borders it was trained with.
 */
import type { CategoricalColumn, NumericColumn, Table } from './table.ts';

export interface NumericFeature {
  readonly kind: 'numeric';
  readonly name: string;
  /** Ascending. Bin i holds values above edge i-1 and at most edge i; one bin more than edges. */
  readonly edges: readonly number[];
}

export interface CategoricalFeature {
  readonly kind: 'categorical';
  readonly name: string;
  /** Bin i holds category i, the most frequent first. */
  readonly categories: readonly string[];
  /** Whether rarer categories, and those never seen, share one more bin; without, they count as missing. */
  readonly pooled: boolean;
}

export type Feature = NumericFeature | CategoricalFeature;

export const MAX_BINS = 254;
/** The bin of missing values. */
export const MISSING = 255;

/** Rows looked at to place borders; more make no difference one could measure. */
const EDGE_ROWS = 50_000;

/** Features of every column, in the order of columns. */
export function fitFeatures(table: Table): readonly Feature[] {
  return table.columns.map((column) => (column.kind === 'numeric' ? fitNumeric(column) : fitCategorical(column)));
}

/** How many bins can hold rows, the missing one apart. */
export function binCount(feature: Feature): number {
  return feature.kind === 'numeric' ? feature.edges.length + 1 : feature.categories.length + (feature.pooled ? 1 : 0);
}

function fitNumeric({ name, values }: NumericColumn): NumericFeature {
  // Rows at even distances, so that no snapshot is left out.
  const step = Math.max(1, Math.floor(values.length / EDGE_ROWS));
  const sample = new Float64Array(Math.ceil(values.length / step));
  let size = 0;
  for (let row = 0; row < values.length; row += step) {
    const value = values[row]!;
    if (!Number.isNaN(value)) sample[size++] = value;
  }
  return { kind: 'numeric', name, edges: edgesOf(sample.subarray(0, size).toSorted()) };
}

function edgesOf(sorted: Float64Array): readonly number[] {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (value === values.at(-1)) counts[counts.length - 1]! += 1;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  const edges: number[] = [];
  let left = sorted.length;
  let filled = 0;
  for (let at = 0; at < values.length - 1; at += 1) {
    filled += counts[at]!;
    const bins = MAX_BINS - edges.length;
    if (bins <= 1) break;
    // A bin is full when it holds its equal part of what was left for it and those after it; few values have a bin each.
    if (values.length > MAX_BINS && filled < left / bins) continue;
    const edge = between(values[at]!, values[at + 1]!);
    // Nothing finite lies between infinity and the largest number: the border there is the next one too.
    if (edge !== edges.at(-1)) edges.push(edge);
    left -= filled;
    filled = 0;
  }
  return edges;
}

/** A border that keeps two values apart, and is finite even when they are not, as JSON has no infinity. */
function between(low: number, high: number): number {
  const [from, to] = [Math.max(low, -Number.MAX_VALUE), Math.min(high, Number.MAX_VALUE)];
  const middle = from / 2 + to / 2;
  return middle < high && middle >= low ? middle : from;
}

function fitCategorical({ name, codes, categories }: CategoricalColumn): CategoricalFeature {
  const counts = new Float64Array(categories.length);
  for (const code of codes) if (code >= 0 && code < categories.length) counts[code]! += 1;
  const present = categories
    .map((category, code) => ({ category, count: counts[code]! }))
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => other.count - one.count || (one.category < other.category ? -1 : 1));
  const pooled = present.length > MAX_BINS;
  const kept = present.slice(0, pooled ? MAX_BINS - 1 : MAX_BINS);
  return { kind: 'categorical', name, categories: kept.map(({ category }) => category), pooled };
}
