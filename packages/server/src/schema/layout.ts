/**
 * Where a path of an XDM document lies in ClickHouse (docs/architecture.md, "Physical layout"): which column, of what
 * type. One column per scalar path; arrays of objects and maps have a length column besides, maps a key column too.
 */
import type { ObjectType, ScalarKind, ScalarType, Type } from '@kindred/pql';

/** The tables that hold shredded documents. `fragments` has the columns of `profiles`. */
export type Table = 'events' | 'profiles';
/** What documents are taken apart for; records of lookup entities have a table for each entity. */
export type Shelf = Table | 'lookups';

/** What a column holds: values of a scalar, lengths of an array or map, or keys of a map. */
export type ColumnKind = ScalarKind | 'length' | 'key';

export interface Column {
  /** The unquoted name, for example `productListItems/priceTotal`. */
  readonly name: string;
  /** Segments of the name: field names and the marks `#` (length), `{}` (key, or below a map), `=` (scalar of a map). */
  readonly path: readonly string[];
  /** The ClickHouse type, for example `Array(Nullable(Float64))`. */
  readonly chType: string;
  /** How many arrays the column's type has: arrays and maps around the value, the key column's own included. */
  readonly depth: number;
  readonly kind: ColumnKind;
}

const LENGTH = '#';
const ENTRY = '{}';
const VALUE = '=';

/** Fields with a column of their own name and type, not nullable: an absent `eventType` is ''. */
export const EVENT_COLUMNS = { _id: 'id', timestamp: 'timestamp', eventType: 'eventType' } as const;

/** Fields that are no columns of records: identities live in `identities`, memberships in `memberships`, events in `events`, scores in `scores`. */
const ELSEWHERE: Readonly<Record<Shelf, readonly string[]>> = {
  lookups: [],
  events: [...Object.keys(EVENT_COLUMNS), 'identityMap', 'segmentMembership'],
  profiles: ['identityMap', 'segmentMembership', 'xEvent', 'customerAI'],
};

/** The column of a scalar (or array of scalars) at a path, whose segments below a map begin with `{}`. */
export function columnName(path: readonly string[]): string {
  return path.join('/');
}

/** The column with the number of members of an array of objects, or entries of a map. */
export function lengthColumn(path: readonly string[]): string {
  return columnName([...path, LENGTH]);
}

/** The column with the keys of a map. */
export function keyColumn(path: readonly string[]): string {
  return columnName([...path, ENTRY]);
}

/** The path of what lies below a map: `{}` for objects, maps and arrays, `{}/=` for scalars. */
export function entryPath(path: readonly string[], values: Type): readonly string[] {
  return isScalar(values.kind === 'array' ? values.items : values) ? [...path, ENTRY, VALUE] : [...path, ENTRY];
}

/** True for the kinds that have a column of values. */
export function isScalar(type: Type): type is ScalarType {
  return type.kind !== 'object' && type.kind !== 'array' && type.kind !== 'map' && type.kind !== 'unknown';
}

/** Every column that documents of this type may have, in the order of the fields; which of them exist, `Layout` knows. */
export function columnsOf(table: Shelf, type: ObjectType): readonly Column[] {
  const columns: Column[] = [];
  for (const [name, field] of Object.entries(type.fields)) {
    if (!ELSEWHERE[table].includes(name)) collect(field.type, [name], 0, columns);
  }
  return columns;
}

function collect(type: Type, path: readonly string[], depth: number, into: Column[]): void {
  switch (type.kind) {
    case 'object':
      for (const [name, field] of Object.entries(type.fields)) collect(field.type, [...path, name], depth, into);
      return;
    case 'array':
      if (!isScalar(type.items)) into.push(lengthOf(path, depth));
      collect(type.items, path, depth + 1, into);
      return;
    case 'map':
      into.push(lengthOf(path, depth));
      into.push({ name: keyColumn(path), path: [...path, ENTRY], chType: nested('String', depth + 1), depth: depth + 1, kind: 'key' });
      collect(type.values, entryPath(path, type.values), depth + 1, into);
      return;
    case 'unknown':
      return;
    default:
      into.push({ name: columnName(path), path, chType: nested(scalarType(type, depth), depth), depth, kind: type.kind });
  }
}

function lengthOf(path: readonly string[], depth: number): Column {
  return { name: lengthColumn(path), path: [...path, LENGTH], chType: nested('UInt32', depth), depth, kind: 'length' };
}

function nested(chType: string, depth: number): string {
  return depth === 0 ? chType : `Array(${nested(chType, depth - 1)})`;
}

function scalarType(type: ScalarType, depth: number): string {
  switch (type.kind) {
    case 'string':
      return depth === 0 && (type.enum ?? type.suggested) ? 'LowCardinality(Nullable(String))' : 'Nullable(String)';
    case 'boolean':
      return 'Nullable(Bool)';
    case 'integer':
      return 'Nullable(Int64)';
    case 'number':
      return 'Nullable(Float64)';
    case 'date':
    case 'datetime':
      return "Nullable(DateTime64(3, 'UTC'))";
  }
}

/** The columns of a table that exist at this moment. A snapshot: adding columns gives a new one. */
export class Layout {
  readonly table: Shelf;
  readonly columns: ReadonlyMap<string, Column>;

  constructor(table: Shelf, columns: Iterable<Column>) {
    this.table = table;
    this.columns = new Map([...columns].map((column) => [column.name, column]));
  }

  /** Whether the column of this name exists, and so any value may be in it. */
  has(column: string): boolean {
    return this.columns.has(column);
  }

  /** This layout with more columns. */
  with(columns: Iterable<Column>): Layout {
    return new Layout(this.table, [...this.columns.values(), ...columns]);
  }
}
