/** Sums of log odds by feature and bin: how a linear model scores. */
import type { Bins } from '../data/bins.ts';
import type { LogisticModel } from '../model/model.ts';
import { BINS } from './design.ts';

/** The table of a model, 256 entries a feature. */
export function additiveTable({ logOdds }: LogisticModel): Float64Array {
  const table = new Float64Array(logOdds.length * BINS);
  for (const [feature, { bins, missing }] of logOdds.entries()) {
    table.set(bins, feature * BINS);
    table[feature * BINS + BINS - 1] = missing;
  }
  return table;
}

/** Adds each row's entries, in the order of features, to its margin. */
export function addTable(table: Float64Array, { rows, stride, bytes }: Bins, margins: Float64Array): void {
  const features = table.length / BINS;
  for (let row = 0; row < rows; row += 1) {
    let margin = margins[row]!;
    for (let feature = 0; feature < features; feature += 1) margin += table[feature * BINS + bytes[row * stride + feature]!]!;
    margins[row] = margin;
  }
}
