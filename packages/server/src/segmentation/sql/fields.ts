/** Fields of objects, entries of maps: the way from a path to its columns. */
import type { ScalarType, Type } from '@kindred/pql';
import { columnName, entryPath, EVENT_COLUMNS, isScalar, keyColumn } from '../../schema/index.ts';
import type { Columns } from './columns.ts';
import { eachMember, hasColumns, memberAt, rowsAt } from './columns.ts';
import type { Scope } from './context.ts';
import type { MapShape, Objects, ObjectShape, Scalar, Scalars, Shape } from './shape.ts';
import { EMPTY, formOf, NotInSql, NULL } from './shape.ts';
import { any, FALSE, TRUE } from './text.ts';

/** Fields of a profile that are no columns. */
const ELSEWHERE: ReadonlySet<string> = new Set(['identityMap', 'segmentMembership', 'xEvent']);

export function fieldOf(object: ObjectShape, name: string): Shape {
  if (isRoot(object) && name === 'xEvent' && object.events !== undefined) {
    return { shape: 'objects', items: object.events.type, rows: object.events.rows, path: [] };
  }
  if (isRoot(object) && ELSEWHERE.has(name)) throw new NotInSql(`${name} is no column`);
  if (isEventKey(object, name)) return eventField(name, object.columns);
  const field = Object.hasOwn(object.type.fields, name) ? object.type.fields[name] : undefined;
  return field === undefined ? NULL : shapeAt(field.type, object.columns, [...object.path, name]);
}

/** A whole profile or event: nothing else lies in a table without a path. */
function isRoot({ path, columns }: ObjectShape): boolean {
  return path.length === 0 && columns.depth === 0;
}

function isEventKey(object: ObjectShape, name: string): name is keyof typeof EVENT_COLUMNS {
  return isRoot(object) && object.columns.layout.table === 'events' && Object.hasOwn(EVENT_COLUMNS, name);
}

function eventField(name: keyof typeof EVENT_COLUMNS, columns: Columns): Scalar {
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
export function shapeAt(type: Type, columns: Columns, path: readonly string[]): Shape {
  switch (type.kind) {
    case 'object':
      return { shape: 'object', type, columns, path };
    case 'map':
      return { shape: 'map', type, columns, path };
    case 'array':
      return listAt(type.items, columns, path);
    case 'unknown':
      return NULL;
    default:
      return scalarAt(type, columns, columnName(path));
  }
}

function listAt(items: Type, columns: Columns, path: readonly string[]): Shape {
  if (items.kind === 'array') throw new NotInSql('an array directly in an array');
  if (isScalar(items)) return scalarsAt(items, columns, columnName(path));
  return { shape: 'objects', items, rows: rowsAt(columns, path), path };
}

function scalarAt(type: ScalarType, columns: Columns, name: string): Scalar {
  const column = columns.read(name);
  if (column === null) return NULL;
  return { shape: 'scalar', form: formOf(type.kind), sql: converted(type, column), nullable: true };
}

function scalarsAt(type: ScalarType, columns: Columns, name: string): Scalars {
  const column = columns.read(name);
  if (column === null) return EMPTY;
  return scalarsFrom(type, column);
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

/** The value of a map at a key, null or empty when the key is absent. */
export function entryOf(map: MapShape, key: Scalar): Shape {
  const path = entryPath(map.path, map.type.values);
  const keys = map.columns.read(keyColumn(map.path));
  if (keys === null || key.form === null) return shapeAt(map.type.values, absent(map.columns), path);
  if (key.form !== 'string') throw new NotInSql(`a ${key.form} as a key`);
  // Index 0, of a key that is not there, is before the first entry: null or empty like what is past the end. A key that
  // is null would be found as the empty one.
  const index = `indexOf(${keys}, ${key.sql})`;
  const at = key.nullable ? `if(isNull(${key.sql}), 0, ${index})` : index;
  return shapeAt(map.type.values, memberAt(rowsAt(map.columns, map.path), at), path);
}

function absent(columns: Columns): Columns {
  return { layout: columns.layout, depth: columns.depth + 1, read: () => null };
}

export function keysOf(map: MapShape): Scalars {
  const keys = map.columns.read(keyColumn(map.path));
  return keys === null ? EMPTY : { shape: 'scalars', form: 'string', sql: `CAST(${keys} AS Array(Nullable(String)))` };
}

/** The values of a map as a list. */
export function entriesOf(map: MapShape): Scalars | Objects {
  const { values } = map.type;
  const path = entryPath(map.path, values);
  if (values.kind === 'array') throw new NotInSql('a list of lists');
  const rows = rowsAt(map.columns, map.path);
  if (!isScalar(values)) return { shape: 'objects', items: values, rows, path };
  const array = rows.array(columnName(path));
  return array === null ? EMPTY : scalarsFrom(values, array);
}

/** Whether a value is known: not null, a list with members, an object or map with something known in it. */
export function knownTest(shape: Shape, scope: Scope): string {
  switch (shape.shape) {
    case 'scalar':
      return shape.form === null ? FALSE : shape.nullable ? `isNotNull(${shape.sql})` : TRUE;
    case 'scalars':
      return shape === EMPTY ? FALSE : `notEmpty(${shape.sql})`;
    case 'objects':
      return shape.rows.length === '0' ? FALSE : `(${shape.rows.length} > 0)`;
    case 'object':
      return any(Object.keys(shape.type.fields).map((name) => fieldKnown(shape, name, scope)));
    case 'map':
      return someEntryKnown(shape, scope);
    default:
      return shape satisfies never;
  }
}

/** Columns that do not exist are looked for first: a schema has a thousand fields, data a few. */
function fieldKnown(object: ObjectShape, name: string, scope: Scope): string {
  const { columns, path } = object;
  const own = isEventKey(object, name) || (isRoot(object) && ELSEWHERE.has(name));
  return own || hasColumns(columns.layout, [...path, name]) ? knownTest(fieldOf(object, name), scope) : FALSE;
}

function someEntryKnown(map: MapShape, scope: Scope): string {
  const { values } = map.type;
  const entry = eachMember(rowsAt(map.columns, map.path), () => scope.fresh());
  const condition = knownTest(shapeAt(values, entry.columns, entryPath(map.path, values)), scope);
  return condition === FALSE ? FALSE : `arrayExists(${entry.lambda(condition)})`;
}
