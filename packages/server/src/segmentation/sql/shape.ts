/** What values of the language are in SQL: expressions over a row, or over the members of its arrays. */
import type { MapType, ObjectType, ScalarKind, Type } from '@kindred/pql';
import type { Columns } from './columns.ts';

/**
 * The form of a scalar, which fixes its SQL type: String; Float64 for all numbers, so that they behave as in
 * JavaScript; Bool or UInt8; Int64 for times (epoch ms). Each may be Nullable.
 */
export type Form = 'string' | 'number' | 'boolean' | 'time';

export interface Scalar {
  readonly shape: 'scalar';
  /** Null: the value is always null. */
  readonly form: Form | null;
  readonly sql: string;
  /** False when it is never null. */
  readonly nullable: boolean;
}

/** A list of scalars: an array with Nullable members. */
export interface Scalars {
  readonly shape: 'scalars';
  /** Null: no member is ever known. */
  readonly form: Form | null;
  readonly sql: string;
}

/** An object that is nowhere whole: the columns below a path. */
export interface ObjectShape {
  readonly shape: 'object';
  readonly type: ObjectType;
  readonly columns: Columns;
  readonly path: readonly string[];
  /** Of a profile whose events are at hand: they, in no order. */
  readonly events?: { readonly type: ObjectType; readonly rows: Rows };
}

/** A list of objects or maps. */
export interface Objects {
  readonly shape: 'objects';
  readonly items: Type;
  readonly rows: Rows;
  readonly path: readonly string[];
}

export interface MapShape {
  readonly shape: 'map';
  readonly type: MapType;
  readonly columns: Columns;
  readonly path: readonly string[];
}

export type Shape = Scalar | Scalars | ObjectShape | Objects | MapShape;

/** The members of a list of objects, column by column: parallel arrays of one length. */
export interface Rows {
  /** How many members, an unsigned integer. */
  readonly length: string;
  /** The columns that the arrays come from. */
  readonly source: Columns;
  /** The values of a column, one for each member, missing ones as null or empty; null when there is no such column. */
  array(name: string): string | null;
}

/** A part of a query that SQL cannot answer exactly: the reference evaluator does. Never leaves this room. */
export class NotInSql extends Error {
  override readonly name = 'NotInSql';
}

export const NULL: Scalar = { shape: 'scalar', form: null, sql: 'NULL', nullable: true };
export const EMPTY: Scalars = { shape: 'scalars', form: null, sql: '[]' };

export function formOf(kind: ScalarKind): Form {
  switch (kind) {
    case 'string':
    case 'boolean':
      return kind;
    case 'integer':
    case 'number':
      return 'number';
    case 'date':
    case 'datetime':
      return 'time';
    default:
      return kind satisfies never;
  }
}
