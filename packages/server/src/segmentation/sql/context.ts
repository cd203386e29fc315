/** What every part of the compiler is given, and the scopes of variables and names. */
import type { UnionSchema, Value } from '@kindred/pql';
import type { LookupTable } from '../../profile/index.ts';
import type { Layout } from '../../schema/index.ts';
import type { Bitmap } from '../bitmap/index.ts';
import type { Packed, Scope, Shape } from './shape.ts';
import { Frame } from './shape.ts';

export interface SqlContext {
  readonly schema: UnionSchema;
  readonly layouts: { readonly events: Layout; readonly profiles: Layout };
  /** The table with the records of a lookup entity, by their ids; null when there are none. */
  readonly lookupTable: (entity: string) => LookupTable | null;
  /** The instant of evaluation, epoch ms. */
  readonly now: number;
  /** IANA name of the zone in which calendar words are meant. */
  readonly zone: string;
  /** The instant that a value without variables means, epoch ms; null when it means none. */
  instantOf(value: Value): number | null;
  /** The members of an audience that a test refers to; without it such tests are not for SQL. */
  readonly membersOf?: (namespace: string, id: string) => Bitmap;
}

export function scopeOf(
  { context, compiler, audiences = null }: Pick<Scope, 'context' | 'compiler'> & Partial<Pick<Scope, 'audiences'>>,
  variables: ReadonlyMap<number, Shape>,
): Scope {
  let last = 0;
  // No column can be called so: the mark of a length column always follows a path.
  return { context, compiler, audiences, variables, frame: new Frame(), fresh: () => `\`#${++last}\`` };
}

export function bind(outer: Scope, variable: number, shape: Shape): Scope {
  return { ...outer, variables: new Map(outer.variables).set(variable, shape) };
}

/** The scope of an expression of its own, such as the body of a lambda: `frame.around` closes it. */
export function inner(outer: Scope): Scope {
  return { ...outer, frame: new Frame() };
}

/** Texts up to this long may stand in several places. */
const SHORT = 100;

/** The expression itself when it is short, else a name for it. */
export function named(sql: string, scope: Scope): string {
  return sql.length <= SHORT ? sql : bound(() => sql, scope);
}

/** A name for an expression that is written when all that reads it has been. */
export function bound(sql: () => string, scope: Scope): string {
  const name = scope.fresh();
  scope.frame.bind(name, sql);
  return name;
}

/** The same list, its array under a name. */
export function namedList(packed: Packed, scope: Scope): Packed {
  const name = bound(() => packed.array(), scope);
  return { array: () => name, member: (tuple) => packed.member(tuple) };
}
