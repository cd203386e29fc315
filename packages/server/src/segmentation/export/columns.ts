/** A profile as one row, for formats without nesting: a column for each scalar field, JSON for arrays and maps. */
import type { ScalarKind } from '@kindred/pql';
import type { Column, Document, XdmSchema } from '../../schema/index.ts';
import { isScalar, lengthColumn } from '../../schema/index.ts';
import type { Enrich } from '../composition/body.ts';
import { fieldType, valueAt } from '../composition/enrichment.ts';

export interface FlatColumn {
  /** Dotted path. */
  readonly name: string;
  readonly kind: ScalarKind | 'json';
  /** Undefined when the profile has no such value. */
  read(document: Document): unknown;
}

export interface FlatOptions {
  /** The attributes that exist. */
  readonly columns: Iterable<Column>;
  /** Dotted paths asked for; none means all. */
  readonly fields: readonly string[];
  /** Fields beside the attributes, such as `segmentMembership`. */
  readonly more: readonly string[];
}

/** In the same order whoever is exported: the identity, the attributes in the order they were asked for, the rest. */
export function flatColumns({ columns, fields, more }: FlatOptions): readonly FlatColumn[] {
  const all = [...columns];
  const names = new Set(all.map(({ name }) => name));
  const found = new Map<string, FlatColumn>();
  for (const column of all) {
    const path = outermost(column, names);
    const name = path.join('.');
    if (found.has(name) || (fields.length > 0 && placeOf(name, fields) === -1)) continue;
    const kind = path.length === column.path.length && column.depth === 0 ? (column.kind as ScalarKind) : 'json';
    found.set(name, { name, kind, read: (document) => valueAt(document, path) });
  }
  const beside = more.map((name): FlatColumn => ({ name, kind: 'json', read: (document) => document[name] }));
  const chosen = [...found.values()].toSorted((a, b) => placeOf(a.name, fields) - placeOf(b.name, fields));
  return [...IDENTITY, ...chosen, ...beside];
}

/** The path of the outermost array of objects or map around a column, or its own. */
function outermost({ path }: Column, names: ReadonlySet<string>): readonly string[] {
  const end = path.findIndex((_, index) => index > 0 && names.has(lengthColumn(path.slice(0, index))));
  return end === -1 ? path : path.slice(0, end);
}

/** The first field that a column is at, below or above: of an array of objects the whole is a column, whatever part is asked for. */
function placeOf(name: string, fields: readonly string[]): number {
  return fields.findIndex((field) => field === name || name.startsWith(`${field}.`) || field.startsWith(`${name}.`));
}

/** What enrich blocks add to a profile. */
export const ENRICHMENT = 'enrichment';

/** A column for each field that goes along with audiences. */
export function enrichedColumns(all: readonly Enrich[], lookups: XdmSchema['lookups']): readonly FlatColumn[] {
  const kinds = new Map<string, FlatColumn['kind']>();
  for (const { entity, fields } of all) {
    for (const field of fields) {
      const type = fieldType(lookups[entity] ?? { kind: 'object', fields: {} }, field);
      const kind = type !== null && isScalar(type) ? type.kind : 'json';
      // Two of different kinds under one name are no column of either.
      kinds.set(field, (kinds.get(field) ?? kind) === kind ? kind : 'json');
    }
  }
  return [...kinds].map(([field, kind]) => ({
    name: `${ENRICHMENT}.${field}`,
    kind,
    read: (document) => valueAt(document, [ENRICHMENT, ...field.split('.')]),
  }));
}

type IdentityMap = Readonly<Record<string, readonly { readonly id: string; readonly primary?: boolean }[]>>;

/** The primary identity of a profile. */
function identityOf(document: Document): readonly [namespace: string, id: string] | undefined {
  const all = Object.entries((document['identityMap'] ?? {}) as IdentityMap).flatMap(([namespace, ids]) =>
    ids.map((each) => ({ namespace, ...each })),
  );
  const primary = all.find((each) => each.primary === true) ?? all[0];
  return primary && [primary.namespace, primary.id];
}

const IDENTITY: readonly FlatColumn[] = [
  { name: 'identityNamespace', kind: 'string', read: (document) => identityOf(document)?.[0] },
  { name: 'identityId', kind: 'string', read: (document) => identityOf(document)?.[1] },
];
