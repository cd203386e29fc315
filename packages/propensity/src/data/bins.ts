/** Tables as bytes: the bin of every value, row after row. */
import { columnOf } from './table.ts';
import type { CategoricalColumn, NumericColumn, Table } from './table.ts';
import { MISSING } from './features.ts';
import type { CategoricalFeature, Feature, NumericFeature } from './features.ts';

export interface Bins {
  readonly rows: number;
  /** Distance of one row to the next; at least one byte a feature. */
  readonly stride: number;
  readonly bytes: Uint8Array;
}

/** Rows are copied sixteen bytes at a time. */
export function strideOf(features: number): number {
  return Math.ceil(features / 16) * 16;
}

/**
 * The bins of a table under a model's features; `bytes` is where to write them.
 * @throws PropensityError `missing-column`
 */
export function binTable(table: Table, features: readonly Feature[], bytes?: Uint8Array): Bins {
  const stride = strideOf(features.length);
  const bins: Bins = { rows: table.rows, stride, bytes: bytes ?? new Uint8Array(table.rows * stride) };
  for (const [index, feature] of features.entries()) {
    const column = columnOf(table, feature);
    if (feature.kind === 'numeric') binNumeric(column as NumericColumn, feature, bins, index);
    else binCategorical(column as CategoricalColumn, feature, bins, index);
  }
  return bins;
}

function binNumeric({ values }: NumericColumn, feature: NumericFeature, { rows, stride, bytes }: Bins, index: number): void {
  const edges = Float64Array.from(feature.edges);
  for (let row = 0; row < rows; row += 1) bytes[row * stride + index] = numericBin(values[row]!, edges);
}

/** By halving: the first edge that is not below the value. */
function numericBin(value: number, edges: Float64Array): number {
  if (Number.isNaN(value)) return MISSING;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

function binCategorical(column: CategoricalColumn, feature: CategoricalFeature, { rows, stride, bytes }: Bins, index: number): void {
  const known = new Map(feature.categories.map((category, bin) => [category, bin]));
  const other = feature.pooled ? feature.categories.length : MISSING;
  const binOf = Uint8Array.from(column.categories, (category) => known.get(category) ?? other);
  for (let row = 0; row < rows; row += 1) bytes[row * stride + index] = binOf[column.codes[row]!] ?? MISSING;
}
