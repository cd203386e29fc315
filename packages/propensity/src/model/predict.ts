/** Scores of rows by a model. */
import { binTable } from '../data/bins.ts';
import { checkTable } from '../data/table.ts';
import type { Table } from '../data/table.ts';
import { addTable, additiveTable } from '../linear/additive.ts';
import { addMargins, forestOf, sigmoid } from './forest.ts';
import type { PropensityModel } from './model.ts';

/**
 * Log odds of every row. Columns are found by name, categories by theirs; columns that the model does not know are left out.
 * @throws PropensityError `missing-column`, `length-mismatch`
 */
export function predictMargins(model: PropensityModel, table: Table): Float64Array {
  checkTable(table);
  const margins = new Float64Array(table.rows).fill(model.base);
  const bins = binTable(table, model.features);
  if (model.kind === 'boosted') addMargins(forestOf(model.trees), bins, margins);
  else addTable(additiveTable(model), bins, margins);
  return margins;
}

/** Probability of each log odds, as the model has it. */
export function probabilitiesOf(margins: Float64Array): Float64Array {
  return margins.map(sigmoid);
}
