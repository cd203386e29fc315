/** Puts XDM documents together again from the columns of rows that ClickHouse answered. */
import type { ObjectType, ScalarKind, Type } from '@kindred/pql';
import { dateText, instantText } from './instant.ts';
import type { Column } from './layout.ts';
import { columnName, entryPath, isScalar, keyColumn, lengthColumn } from './layout.ts';

/** A row of `ClickHouse.query` or of `readColumns`, by column name. */
export type Row = Readonly<Record<string, unknown>>;

export type Document = Readonly<Record<string, unknown>>;

/** Reads the value at the given indexes, one for each array or map around it; undefined when there is none. */
type Read = (row: Row, indexes: readonly number[]) => unknown;

/** Makes a function from rows to documents. Fields without a column are left out. */
export function documentReader(type: ObjectType, columns: Iterable<Column>): (row: Row) => Document {
  const names = new Set([...columns].map((column) => column.name));
  const read = objectReader(type, [], names);
  return (row) => (read?.(row, []) ?? {}) as Document;
}

function reader(type: Type, path: readonly string[], names: ReadonlySet<string>): Read | null {
  switch (type.kind) {
    case 'object':
      return objectReader(type, path, names);
    case 'array':
      return isScalar(type.items) ? scalarsReader(type.items.kind, path, names) : arrayReader(type.items, path, names);
    case 'map':
      return mapReader(type.values, path, names);
    case 'unknown':
      return null;
    default:
      return scalarReader(type.kind, path, names);
  }
}

function objectReader(type: ObjectType, path: readonly string[], names: ReadonlySet<string>): Read | null {
  const fields: (readonly [string, Read])[] = [];
  for (const [name, field] of Object.entries(type.fields)) {
    const read = reader(field.type, [...path, name], names);
    if (read !== null) fields.push([name, read]);
  }
  if (fields.length === 0) return null;
  return (row, indexes) => {
    let document: Record<string, unknown> | undefined;
    for (const [name, read] of fields) {
      const value = read(row, indexes);
      if (value !== undefined) (document ??= {})[name] = value;
    }
    return document;
  };
}

function arrayReader(items: Type, path: readonly string[], names: ReadonlySet<string>): Read | null {
  const length = lengthColumn(path);
  if (!names.has(length)) return null;
  const read = reader(items, path, names);
  return (row, indexes) => {
    const count = Number(at(row[length], indexes) ?? 0);
    if (count === 0) return undefined;
    return Array.from({ length: count }, (_, index) => read?.(row, [...indexes, index]) ?? {});
  };
}

function mapReader(values: Type, path: readonly string[], names: ReadonlySet<string>): Read | null {
  const key = keyColumn(path);
  if (!names.has(key)) return null;
  const read = reader(values, entryPath(path, values), names);
  const empty = values.kind === 'array' ? [] : {};
  return (row, indexes) => {
    const keys = (at(row[key], indexes) ?? []) as readonly string[];
    if (keys.length === 0) return undefined;
    return Object.fromEntries(keys.map((name, index) => [name, read?.(row, [...indexes, index]) ?? empty]));
  };
}

function scalarsReader(kind: ScalarKind, path: readonly string[], names: ReadonlySet<string>): Read | null {
  const name = columnName(path);
  if (!names.has(name)) return null;
  return (row, indexes) => {
    const values = (at(row[name], indexes) ?? []) as readonly unknown[];
    return values.length === 0 ? undefined : values.map((value) => (value === null ? null : scalar(kind, value)));
  };
}

function scalarReader(kind: ScalarKind, path: readonly string[], names: ReadonlySet<string>): Read | null {
  const name = columnName(path);
  if (!names.has(name)) return null;
  return (row, indexes) => {
    const value = at(row[name], indexes);
    return value === null || value === undefined ? undefined : scalar(kind, value);
  };
}

function at(value: unknown, indexes: readonly number[]): unknown {
  let inner = value;
  for (const index of indexes) inner = Array.isArray(inner) ? (inner as readonly unknown[])[index] : undefined;
  return inner;
}

/** As XDM writes it; 64-bit integers and times arrive as text, or as numbers. */
function scalar(kind: ScalarKind, value: unknown): unknown {
  switch (kind) {
    case 'string':
    case 'boolean':
    case 'number':
      return value;
    case 'integer':
      return Number(value);
    case 'date':
      return dateText(instantOf(value as string | number));
    case 'datetime':
      return instantText(instantOf(value as string | number));
  }
}

function instantOf(value: string | number): number {
  return typeof value === 'number' ? value : parseColumnTime(value);
}

/** `2026-01-05 10:11:12.000`, as ClickHouse writes a DateTime64(3, 'UTC'), in epoch milliseconds. */
export function parseColumnTime(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}
