/**
 * What values of the language are in SQL, and where they stand: expressions over a row, over the members of its arrays, or
 * over tuples that were made of either. Whatever is asked of an object or of a member of a list is found out while the
 * expression around it is written; arrays of tuples are written last, with just the values that were asked for.
 */
import type { ScalarKind, Test, Value } from '@kindred/pql';
import type { Bitmap } from '../bitmap/index.ts';
import type { SqlContext } from './context.ts';

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
  /** True for what is the same in every row, so that it can be written anywhere. */
  readonly constant?: boolean;
}

/** A value of one of several forms, by the row: at most one of the parts is known. */
export interface Mixed {
  readonly shape: 'mixed';
  readonly parts: Readonly<Record<'string' | 'number' | 'boolean', Scalar>>;
}

/** A list of scalars of one form: an array with Nullable members. */
export interface Scalars {
  readonly shape: 'scalars';
  /** Null: no member is ever known. */
  readonly form: Form | null;
  readonly sql: string;
}

export interface ObjectShape {
  readonly shape: 'object';
  /** Names of all fields that can be known. */
  readonly names: readonly string[];
  field(name: string, scope: Scope): Shape;
  /** The condition that something in it is known. */
  known(scope: Scope): string;
}

export interface MapShape {
  readonly shape: 'map';
  keys(scope: Scope): Scalars;
  /** The value at a key, null or empty when the key is absent. */
  entry(key: Scalar, scope: Scope): Shape;
  values(scope: Scope): List;
  /** The condition that something in some entry is known. */
  known(scope: Scope): string;
}

/** A list of other values than scalars of one form. */
export interface Members {
  readonly shape: 'members';
  /** How many, an unsigned integer. */
  length(scope: Scope): string;
  /** Goes over the members. */
  open(scope: Scope): Opened;
  /** The list as an array of tuples. */
  pack(scope: Scope): Packed;
  /** One member by its index from 1; past the end all in it is null or empty. */
  at(index: string, scope: Scope): Shape;
}

/** One of two values that are not alike, and not both scalars. */
export interface Choice {
  readonly shape: 'choice';
  readonly condition: string;
  readonly yes: Shape;
  readonly no: Shape;
}

export type List = Scalars | Members;
export type Shape = Scalar | Mixed | Scalars | ObjectShape | MapShape | Members | Choice;

/** A lambda over the members of a list. */
export interface Opened {
  /** Where the body of the lambda stands. */
  readonly scope: Scope;
  readonly item: Shape;
  /** The lambda with the arrays it goes over, for `arrayExists` and its kin. */
  lambda(body: string): string;
}

/** A list as an array of tuples. */
export interface Packed {
  /** The array. To be written after everything that reads its members. */
  readonly array: () => string;
  /** What one tuple holds, by the SQL of the tuple. */
  readonly member: (tuple: string) => Shape;
}

/** Values and tests hold one another, so their compilers are handed down instead of imported in circles. */
export interface Compiler {
  /** Throws NotInSql. */
  shape(value: Value, scope: Scope): Shape;
  /** A condition, 0 or 1. Throws NotInSql. */
  test(test: Test, scope: Scope): string;
}

export interface Scope {
  readonly context: SqlContext;
  readonly compiler: Compiler;
  readonly variables: ReadonlyMap<number, Shape>;
  readonly frame: Frame;
  /** The audiences whose members are read, by their names; null where none can be. */
  readonly audiences: Map<string, Bitmap> | null;
  /** A name for a parameter of a lambda, unlike any other and any column. */
  fresh(): string;
}

/** An expression, and the values that have names in it: each is computed once, however often it is read. */
export class Frame {
  readonly #bindings: { readonly name: string; readonly sql: () => string }[] = [];

  bind(name: string, sql: () => string): void {
    this.#bindings.push({ name, sql });
  }

  /** The expression with its names bound. To be written after everything that reads them. */
  around(body: string): string {
    return this.#bindings.reduceRight((inner, { name, sql }) => `arrayMap(${name} -> ${inner}, [${sql()}])[1]`, body);
  }
}

/** A part of a query that SQL cannot answer exactly: the reference evaluator does. Never leaves this room. */
export class NotInSql extends Error {
  override readonly name = 'NotInSql';
}

export const NULL: Scalar = { shape: 'scalar', form: null, sql: 'NULL', nullable: true, constant: true };
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
