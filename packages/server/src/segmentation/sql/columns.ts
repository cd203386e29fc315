/**
 * Where columns are read: in the row of a table, or as parameters of a lambda that goes over the members of an array.
 * A column of depth n has n arrays around its values; each array that is entered takes one away.
 */
import type { Layout } from '../../schema/index.ts';
import { columnName, EVENT_COLUMNS, lengthColumn } from '../../schema/index.ts';
import { identifier } from '../../store/index.ts';

export interface Columns {
  readonly layout: Layout;
  /** How many arrays have been entered. */
  readonly depth: number;
  /** The SQL of a column here, null when it does not exist. */
  read(name: string): string | null;
}

/** The members of a list of objects, column by column: parallel arrays of one length. */
export interface Rows {
  /** How many members, an unsigned integer. */
  readonly length: string;
  /** The columns that the arrays come from. */
  readonly source: Columns;
  /** The values of a column, one for each member, missing ones as null or empty; null when there is no such column. */
  array(name: string): string | null;
}

/** The columns of a row of the layout's table; `used` hears of each that is read. */
export function rowColumns(layout: Layout, used: (name: string) => void = () => undefined): Columns {
  return {
    layout,
    depth: 0,
    read(name) {
      if (!exists(layout, name)) return null;
      used(name);
      return identifier(name);
    },
  };
}

const EVENT_KEYS: ReadonlySet<string> = new Set(Object.values(EVENT_COLUMNS));

/** Whether a table has a column, its keys included. */
function exists(layout: Layout, name: string): boolean {
  return layout.has(name) || (layout.table === 'events' && EVENT_KEYS.has(name));
}

/** The members of the array of objects, or the entries of the map, at a path. */
export function rowsAt(columns: Columns, path: readonly string[]): Rows {
  const length = columns.read(lengthColumn(path)) ?? '0';
  return {
    length,
    source: columns,
    array(name) {
      const array = columns.read(name);
      // A column is younger than some rows, and empty there.
      return array === null ? null : `arrayResize(${array}, ${length})`;
    },
  };
}

/** The same members in the order of an array of keys. */
export function sortedRows(rows: Rows, keys: string): Rows {
  return {
    ...rows,
    array(name) {
      const array = rows.array(name);
      return array === null ? null : `arraySort((x, key) -> key, ${array}, ${keys})`;
    },
  };
}

/** One member by its index from 1; past the end all its columns are null or empty. */
export function memberAt(rows: Rows, index: string): Columns {
  return {
    layout: rows.source.layout,
    depth: rows.source.depth + 1,
    read(name) {
      const array = rows.array(name);
      return array === null ? null : `${array}[${index}]`;
    },
  };
}

/** Nothing of the member of an array. */
export function absent(columns: Columns): Columns {
  return { layout: columns.layout, depth: columns.depth + 1, read: () => null };
}

/** The parameters of one lambda: those its body turned out to need. */
export interface Parameters {
  readonly columns: Columns;
  /** The lambda's head and the arrays it goes over, for `arrayExists` and its kin. */
  lambda(body: string): string;
}

/** One lambda over the members of a list. `fresh` makes names that no column has. */
export function eachMember(rows: Rows, fresh: () => string): Parameters {
  const used = new Map<string, { readonly parameter: string; readonly array: string }>();
  const read = (name: string): string | null => {
    const known = used.get(name);
    if (known !== undefined) return known.parameter;
    const array = rows.array(name);
    if (array === null) return null;
    const parameter = fresh();
    used.set(name, { parameter, array });
    return parameter;
  };
  return {
    columns: { layout: rows.source.layout, depth: rows.source.depth + 1, read },
    lambda(body) {
      const entries = used.size > 0 ? [...used.values()] : [{ parameter: fresh(), array: `range(${rows.length})` }];
      const head = entries.map(({ parameter }) => parameter).join(', ');
      return `(${head}) -> ${body}, ${entries.map(({ array }) => array).join(', ')}`;
    },
  };
}

/** Whether there is any column at or below a path. */
export function hasColumns(layout: Layout, path: readonly string[]): boolean {
  const name = columnName(path);
  return layout.has(name) || [...layout.columns.keys()].some((column) => column.startsWith(`${name}/`));
}
