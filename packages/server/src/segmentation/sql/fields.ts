/** Fields of stored objects, entries of stored maps: the way from a path to its columns. */
import type { ObjectType, ScalarType, Type } from '@kindred/pql';
import { columnName, entryPath, EVENT_COLUMNS, isScalar, keyColumn } from '../../schema/index.ts';
import type { Columns, Rows } from './columns.ts';
import { absent, eachMember, hasColumns, memberAt, rowsAt, sortedRows } from './columns.ts';
import { inner, named } from './context.ts';
import { knownTest } from './known.ts';
import { indexOfKey } from './maps.ts';
import { Pack } from './pack.ts';
import type { List, MapShape, Members, ObjectShape, Opened, Scalar, Scalars, Scope, Shape } from './shape.ts';
import { EMPTY, formOf, NULL } from './shape.ts';
import { any, FALSE } from './text.ts';

/** A row of the table `profiles`; `elsewhere` are the fields that are no columns of it. */
export function profileRow(type: ObjectType, columns: Columns, elsewhere: ReadonlyMap<string, () => Shape>): ObjectShape {
  return rowObject(type, columns, elsewhere);
}

/** A row of the table `events`. */
export function eventRow(type: ObjectType, columns: Columns): ObjectShape {
  const keys = (['_id', 'timestamp', 'eventType'] as const).map((name) => [name, () => eventKey(name, columns)] as const);
  return rowObject(type, columns, new Map<string, () => Shape>(keys));
}

/** What a table holds at a row, all of it in columns. */
export function plainRow(type: ObjectType, columns: Columns): ObjectShape {
  return objectAt(type, columns, []);
}

function rowObject(type: ObjectType, columns: Columns, special: ReadonlyMap<string, () => Shape>): ObjectShape {
  const stored = objectAt(type, columns, []);
  const namesOf = (): readonly string[] => [...new Set([...stored.names, ...special.keys()])];
  const field = (name: string, scope: Scope): Shape => special.get(name)?.() ?? stored.field(name, scope);
  const known = (scope: Scope): string => any(namesOf().map((name) => knownTest(field(name, scope), scope)));
  return {
    shape: 'object',
    get names() {
      return namesOf();
    },
    field,
    known,
  };
}

function eventKey(name: keyof typeof EVENT_COLUMNS, columns: Columns): Scalar {
  const column = columns.read(EVENT_COLUMNS[name]);
  if (column === null) throw new Error(`the table events has no column for ${name}`);
  switch (name) {
    case '_id':
      return { shape: 'scalar', form: 'string', sql: column, nullable: false };
    case 'timestamp':
      return { shape: 'scalar', form: 'time', sql: `toUnixTimestamp64Milli(${column})`, nullable: false };
    case 'eventType':
      return { shape: 'scalar', form: 'string', sql: `nullIf(${column}, '')`, nullable: true };
    default:
      return name satisfies never;
  }
}

/** What lies at a path. */
function shapeAt(type: Type, columns: Columns, path: readonly string[]): Shape {
  switch (type.kind) {
    case 'object':
      return objectAt(type, columns, path);
    case 'map':
      return mapAt(type.values, columns, path);
    case 'array':
      return isScalar(type.items) ? scalarsAt(type.items, columns, columnName(path)) : membersAt(type.items, rowsAt(columns, path), path);
    case 'unknown':
      return NULL;
    default:
      return scalarAt(type, columns, columnName(path));
  }
}

function objectAt({ fields }: ObjectType, columns: Columns, path: readonly string[]): ObjectShape {
  const field = (name: string): Shape => {
    const type = Object.hasOwn(fields, name) ? fields[name]?.type : undefined;
    return type === undefined ? NULL : shapeAt(type, columns, [...path, name]);
  };
  // Columns that do not exist are looked for first: a schema has a thousand fields, data a few.
  const namesOf = (): readonly string[] => Object.keys(fields).filter((name) => hasColumns(columns.layout, [...path, name]));
  return {
    shape: 'object',
    get names() {
      return namesOf();
    },
    field,
    known: (scope) => any(namesOf().map((name) => knownTest(field(name), scope))),
  };
}

function scalarAt(type: ScalarType, columns: Columns, name: string): Scalar {
  const column = columns.read(name);
  if (column === null) return NULL;
  return { shape: 'scalar', form: formOf(type.kind), sql: converted(type, column), nullable: true };
}

function scalarsAt(type: ScalarType, columns: Columns, name: string): Scalars {
  const column = columns.read(name);
  return column === null ? EMPTY : scalarsFrom(type, column);
}

function scalarsFrom(type: ScalarType, array: string): Scalars {
  const member = converted(type, 'x');
  return { shape: 'scalars', form: formOf(type.kind), sql: member === 'x' ? array : `arrayMap(x -> ${member}, ${array})` };
}

/** A stored value in the SQL type of its form. */
function converted(type: ScalarType, sql: string): string {
  switch (type.kind) {
    case 'string':
    case 'boolean':
    case 'number':
      return sql;
    case 'integer':
      return `toFloat64(${sql})`;
    case 'date':
    case 'datetime':
      return `toUnixTimestamp64Milli(${sql})`;
    default:
      return type.kind satisfies never;
  }
}

/** A list of objects, maps or lists; none where there is no column of it. */
function membersAt(items: Type, rows: Rows, path: readonly string[]): List {
  if (rows.length === '0') return EMPTY;
  const open = (outer: Scope): Opened => {
    const scope = inner(outer);
    const parameters = eachMember(rows, () => scope.fresh());
    const item = shapeAt(items, parameters.columns, path);
    return { scope, item, lambda: (body) => parameters.lambda(scope.frame.around(body)) };
  };
  const pack: Members['pack'] = (outer) => {
    const each = open(outer);
    const tuple = new Pack(each.scope);
    return { array: () => `arrayMap(${each.lambda(tuple.sql())})`, member: (member) => tuple.read(each.item, member) };
  };
  const at: Members['at'] = (index, scope) => shapeAt(items, memberAt(rows, named(index, scope)), path);
  return { shape: 'members', length: () => rows.length, open, pack, at };
}

function mapAt(values: Type, columns: Columns, path: readonly string[]): MapShape {
  const below = entryPath(path, values);
  const keys = columns.read(keyColumn(path));
  const rows = rowsAt(columns, path);
  // Merged profiles have the entries of their maps sorted; events, and what is in arrays, as they came.
  const sorted = columns.layout.table === 'profiles' && columns.depth === 0;
  const byKey = keys === null || sorted ? rows : sortedRows(rows, keys);
  const list = (): List => {
    if (!isScalar(values)) return membersAt(values, byKey, below);
    const array = byKey.array(columnName(below));
    return array === null ? EMPTY : scalarsFrom(values, array);
  };
  const keyList = sorted ? keys : `arraySort(${keys})`;
  return {
    shape: 'map',
    keys: () => (keys === null ? EMPTY : { shape: 'scalars', form: 'string', sql: `CAST(${keyList} AS Array(Nullable(String)))` }),
    values: list,
    entry(key, scope) {
      if (keys === null || key.form !== 'string') return shapeAt(values, absent(columns), below);
      const short = { ...key, sql: named(key.sql, scope) };
      return shapeAt(values, memberAt(rows, named(indexOfKey(keys, short), scope)), below);
    },
    known(scope) {
      const parameters = eachMember(rows, () => scope.fresh());
      const condition = knownTest(shapeAt(values, parameters.columns, below), scope);
      return condition === FALSE ? FALSE : `arrayExists(${parameters.lambda(condition)})`;
    },
  };
}
