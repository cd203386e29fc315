/** What an enrich block adds: fields of the records that an attribute of a person names. */
import type { Data, DataObject, ObjectType, Type } from '@kindred/pql';
import type { Lookups, ProfileTables } from '../../profile/index.ts';
import type { Document } from '../../schema/index.ts';
import { columnName, isScalar } from '../../schema/index.ts';
import { identifier } from '../../store/index.ts';
import type { Enrich } from './body.ts';

/** The type of a field that is stored; null when there is none. @param path dotted */
export function fieldType(type: ObjectType, path: string): Type | null {
  return path.split('.').reduce<Type | null>((at, name) => {
    const field = at?.kind === 'object' && Object.hasOwn(at.fields, name) ? at.fields[name] : undefined;
    return field === undefined || field.computed !== undefined ? null : field.type;
  }, type);
}

/** Whether an attribute can hold the id of a record. */
export function canRefer(type: Type | null): boolean {
  return type !== null && isScalar(type) && type.kind === 'string';
}

/** SQL for those whose record is known; null: nobody's can be. */
export function recordedQuery({ entity, by }: Enrich, tables: Pick<ProfileTables, 'layout' | 'lookups'>): string | null {
  const column = columnName(by.split('.'));
  const table = tables.lookups.tableOf(entity);
  if (table === null || !tables.layout('profiles').has(column)) return null;
  return `SELECT groupBitmapState(profile) AS members FROM profiles FINAL
    WHERE ${identifier(column)} IN (SELECT ${identifier('#id')} FROM ${identifier(table.name)})`;
}

/** The fields of a person's records; undefined when none are known. Of two under one path the first stands. */
export function enriched(all: readonly Enrich[], person: DataObject, lookups: Pick<Lookups, 'get'>): DataObject | undefined {
  const found: Record<string, Data> = {};
  for (const { entity, by, fields } of all) {
    const id = valueAt(person, by.split('.'));
    const record = typeof id === 'string' ? lookups.get(entity, id) : null;
    for (const field of record === null ? [] : fields)
      put(found, field.split('.'), valueAt(record ?? {}, field.split('.')) as Data | undefined);
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** What lies at a path; undefined when nothing does. */
export function valueAt(document: Document, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), document);
}

function put(into: Record<string, Data>, [name = '', ...rest]: readonly string[], value: Data | undefined): void {
  if (value === undefined || value === null) return;
  if (rest.length === 0) into[name] ??= value;
  else if (isObject((into[name] ??= {}))) put(into[name] as Record<string, Data>, rest, value);
}

function isObject(value: unknown): value is DataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
