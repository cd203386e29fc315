/** Columns of values as the features' SQL gives them: what models are trained on and asked about. */
import { PropensityError, requireLength } from '../problems.ts';

export interface NumericColumn {
  readonly kind: 'numeric';
  readonly name: string;
  /** NaN where the value is missing. */
  readonly values: Float64Array | Float32Array;
}

export interface CategoricalColumn {
  readonly kind: 'categorical';
  readonly name: string;
  /** Index into `categories`; any other number where the value is missing. */
  readonly codes: Int32Array;
  /** Distinct. Training and scoring may number them differently: models know them by name. */
  readonly categories: readonly string[];
}

export type Column = NumericColumn | CategoricalColumn;

export interface Table {
  readonly rows: number;
  /** Names are distinct. */
  readonly columns: readonly Column[];
}

/** Rows whose outcome is known. */
export interface LabelledTable {
  readonly table: Table;
  /** 1 where the outcome came, else 0. */
  readonly labels: Uint8Array;
  /** How many rows a row stands for, above 0; 1 without. */
  readonly weights?: Float64Array;
}

/** @throws PropensityError `length-mismatch`, `bad-option` for a name given twice */
export function checkTable({ rows, columns }: Table): void {
  const names = new Set<string>();
  for (const column of columns) {
    if (names.has(column.name)) throw new PropensityError('bad-option', `two columns are named "${column.name}": name each differently`);
    names.add(column.name);
    requireLength(`column "${column.name}"`, column.kind === 'numeric' ? column.values.length : column.codes.length, rows);
  }
}

/** @throws PropensityError of every kind that makes training impossible: `no-rows`, `no-features`, `one-class`, `bad-weight`, … */
export function checkTrainable({ table, labels, weights }: LabelledTable): void {
  checkTable(table);
  requireLength('labels', labels.length, table.rows);
  if (table.rows === 0) throw new PropensityError('no-rows', 'there are no rows to learn from');
  if (table.columns.length === 0) throw new PropensityError('no-features', 'there are no columns to learn from');
  const positive = labels.reduce((sum, label) => sum + label, 0);
  if (positive === 0 || positive === table.rows)
    throw new PropensityError('one-class', `all ${table.rows} rows have the outcome ${positive > 0 ? 1 : 0}: learning needs both`);
  if (weights === undefined) return;
  requireLength('weights', weights.length, table.rows);
  const bad = weights.findIndex((weight) => !(weight > 0 && weight < Infinity));
  if (bad >= 0) throw new PropensityError('bad-weight', `the weight of row ${bad} is ${weights[bad]}: weights are finite and above 0`);
}

/**
 * The column of a name and kind.
 * @throws PropensityError `missing-column`
 */
export function columnOf(table: Table, { name, kind }: Pick<Column, 'name' | 'kind'>): Column {
  const column = table.columns.find((each) => each.name === name);
  if (column?.kind === kind) return column;
  const found = column === undefined ? 'is absent' : `is ${column.kind}`;
  throw new PropensityError('missing-column', `the model needs the ${kind} column "${name}", which ${found}`);
}
