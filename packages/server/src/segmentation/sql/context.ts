/** What every part of the compiler is given, and the variables in scope. */
import type { Test, UnionSchema, Value } from '@kindred/pql';
import type { Layout } from '../../schema/index.ts';
import type { Shape } from './shape.ts';

export interface SqlContext {
  readonly schema: UnionSchema;
  readonly layouts: { readonly events: Layout; readonly profiles: Layout };
  /** The instant of evaluation, epoch ms. */
  readonly now: number;
  /** IANA name of the zone in which calendar words are meant. */
  readonly zone: string;
  /** The instant that a value without variables means, epoch ms; null when it means none. */
  instantOf(value: Value): number | null;
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
  /** A parameter name for a lambda, unlike any other and any column. */
  fresh(): string;
}

export function scopeOf(context: SqlContext, compiler: Compiler, variables: ReadonlyMap<number, Shape>): Scope {
  let last = 0;
  // No column can be called so: the mark of a length column always follows a path.
  return { context, compiler, variables, fresh: () => `\`#${++last}\`` };
}

export function bind(outer: Scope, variable: number, shape: Shape): Scope {
  return { ...outer, variables: new Map(outer.variables).set(variable, shape) };
}
