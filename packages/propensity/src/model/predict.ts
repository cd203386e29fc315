/** Scores of rows by a model. */
import { binTable } from '../data/bins.ts';
import { checkTable } from '../data/table.ts';
import type { Table } from '../data/table.ts';
import { addMargins, forestOf, sigmoid } from './forest.ts';
import type { BoostedModel } from './model.ts';

/**
 * Log odds of every row. Columns are found by name, categories by theirs; columns that the model does not know are left out.
 * @throws PropensityError `missing-column`, `length-mismatch`
 */
export function predictMargins(model: BoostedModel, table: Table): Float64Array {
  checkTable(table);
  const margins = new Float64Array(table.rows).fill(model.base);
  addMargins(forestOf(model.trees), binTable(table, model.features), margins);
  return margins;
}

/** Probability of each log odds. */
export function probabilitiesOf(margins: Float64Array): Float64Array {
  return margins.map(sigmoid);
}
