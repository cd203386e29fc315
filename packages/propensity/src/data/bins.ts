/** Tables as bytes: the bin of every value, row after row. */
import { kernelFunctions, kernelMemory, kernelModule } from '../wasm/module.ts';
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
  const binner = sharedBinner();
  binner.edges.fill(Infinity).set(feature.edges);
  for (let first = 0; first < rows; first += CHUNK) {
    const size = Math.min(CHUNK, rows - first);
    binner.values.set(values.subarray(first, first + size));
    binner.run(size);
    for (let each = 0; each < size; each += 1) bytes[(first + each) * stride + index] = binner.out[each]!;
  }
}

/** Values that are looked up at a time. */
const CHUNK = 4096;

interface Binner {
  readonly edges: Float64Array;
  readonly values: Float64Array;
  readonly out: Uint8Array;
  /** Writes the bins of the first `size` values. */
  readonly run: (size: number) => void;
}

let binner: Binner | undefined;

/** One a process: nothing of it lasts from one column to the next. */
function sharedBinner(): Binner {
  if (binner !== undefined) return binner;
  const [edges, values, out] = [1024, 1024 + 256 * 8, 1024 + (256 + CHUNK) * 8];
  const memory = kernelMemory(out + CHUNK);
  const { bin } = kernelFunctions(kernelModule(), memory);
  binner = {
    edges: new Float64Array(memory.buffer, edges, MISSING),
    values: new Float64Array(memory.buffer, values, CHUNK),
    out: new Uint8Array(memory.buffer, out, CHUNK),
    run: (size) => bin(values, size, edges, out),
  };
  return binner;
}

function binCategorical(column: CategoricalColumn, feature: CategoricalFeature, { rows, stride, bytes }: Bins, index: number): void {
  const known = new Map(feature.categories.map((category, bin) => [category, bin]));
  const other = feature.pooled ? feature.categories.length : MISSING;
  const binOf = Uint8Array.from(column.categories, (category) => known.get(category) ?? other);
  for (let row = 0; row < rows; row += 1) bytes[row * stride + index] = binOf[column.codes[row]!] ?? MISSING;
}
