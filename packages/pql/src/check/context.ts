/** What the parts of the checker share: reporting, fresh variables, scopes, and checking a part by part. */
import type { Expr } from '../ast.ts';
import type { Problem, ProblemCode, ProblemExtra, Span } from '../problems.ts';
import type { Test, Value } from '../term.ts';
import { BOOLEAN, UNKNOWN } from '../types.ts';
import type { ObjectType, Type, UnionSchema } from '../xdm.ts';

/** One level of implicit names: the profile, or an item of the list being filtered. */
export interface Level {
  readonly value: Value;
  /** A leading name that is no field stands for the item itself: `xEvent.sum(E.commerce.total)`. */
  readonly alias: boolean;
}

export interface Scope {
  /** Variables of lambdas, `select`, `let`, and labels of chain steps. */
  readonly names: ReadonlyMap<string, Value>;
  /** Labels among the names; null stands for a step that has no event to speak of. */
  readonly labels: ReadonlyMap<string, Value | null>;
  /** Outermost (the profile) first. */
  readonly levels: readonly Level[];
}

export interface Checker {
  readonly profile: ObjectType;
  readonly lookups: NonNullable<UnionSchema['lookups']>;
  readonly problems: Problem[];
  fresh(): number;
  report(code: ProblemCode, span: Span, message: string, extra?: ProblemExtra): void;
  /** The same, saying nothing: for expressions that are in another text and were checked before. */
  silent(): Checker;
  /** Checks an expression for its value. After a problem: `nothing`. */
  value(expr: Expr, scope: Scope): Value;
  /** Checks an expression in a Boolean place. */
  test(expr: Expr, scope: Scope): Test;
}

/** The value of what could not be checked; fits everywhere, so that one mistake makes one problem. */
export const nothing: Value = { op: 'literal', value: null, type: UNKNOWN };
export const always: Test = { op: 'constant', value: true };
export const never: Test = { op: 'constant', value: false };

export const isNothing = (value: Value): boolean => value.op === 'literal' && value.value === null;

export const variable = (id: number, type: Type): Value => ({ op: 'variable', id, type });
export const testValue = (test: Test): Value => ({ op: 'test', test, type: BOOLEAN });
export const negate = (term: Test): Test => ({ op: 'not', term });
export const both = (...terms: readonly Test[]): Test => (terms.length === 1 && terms[0] !== undefined ? terms[0] : { op: 'and', terms });

/** Where a query begins: names are fields of the profile. */
export const profileScope = (profile: Value): Scope => ({
  names: new Map(),
  labels: new Map(),
  levels: [{ value: profile, alias: false }],
});

export function withNames(scope: Scope, names: Iterable<readonly [string, Value]>): Scope {
  return { ...scope, names: new Map([...scope.names, ...names]) };
}

export function withLevel(scope: Scope, value: Value, alias = false): Scope {
  return { ...scope, levels: [...scope.levels, { value, alias }] };
}

/** The type of a list's members; unknown for what is not known to be a list. */
export function itemType(list: Value): Type {
  return list.type.kind === 'array' ? list.type.items : UNKNOWN;
}
