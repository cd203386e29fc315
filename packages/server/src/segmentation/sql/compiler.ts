/** The compiler as a whole: what a leaf's query is built with. */
import type { Test, Value } from '@kindred/pql';
import type { NamedAudiences } from './audiences.ts';
import { rowColumns } from './columns.ts';
import type { SqlContext } from './context.ts';
import { inner, scopeOf } from './context.ts';
import { eventRow, profileRow } from './fields.ts';
import { strictly } from './forms.ts';
import { identitiesMap } from './identities.ts';
import { membersOf } from './members.ts';
import { Pack } from './pack.ts';
import type { Compiler, Packed, Scalar, Scope, Shape } from './shape.ts';
import { NotInSql } from './shape.ts';
import { testSql, wholeTest } from './tests.ts';
import { shapeOf } from './values.ts';

const COMPILER: Compiler = { shape: shapeOf, test: testSql };

/** Fields of a profile that are no columns. */
const ELSEWHERE = ['identityMap', 'segmentMembership', 'xEvent'];

/** A condition on the table `profiles`, whose row is variable 0. Throws NotInSql. */
export function profileTest(test: Test, context: SqlContext): string {
  return wholeTest(test, profileScope(context));
}

/** A number of the table `profiles`, whose row is variable 0. Throws NotInSql. */
export function profileNumber(value: Value, context: SqlContext): string {
  return wholeNumber(value, profileScope(context));
}

function profileScope(context: SqlContext): Scope {
  const elsewhere = new Map(ELSEWHERE.map((name) => [name, () => absentColumn(name)]));
  const profile = profileRow(context.schema.profile, rowColumns(context.layouts.profiles), elsewhere);
  return scopeOf({ context, compiler: COMPILER }, new Map([[0, profile]]));
}

/** A number as an expression of its own, NULL where it is not known. */
function wholeNumber(value: Value, outer: Scope): string {
  const scope = inner(outer);
  return scope.frame.around(strictly('number', value, scope).sql);
}

function absentColumn(name: string): never {
  throw new NotInSql(`${name} is no column`);
}

/** A condition on a profile with its events and identities, and what it reads of them. Throws NotInSql. */
export function wholeProfileTest(test: Test, context: SqlContext): WholeProfile {
  return wholeProfile(context, (scope) => wholeTest(test, scope));
}

/** A number of a profile with its events and identities, and what it reads of them. Throws NotInSql. */
export function wholeProfileNumber(value: Value, context: SqlContext): WholeProfile {
  return wholeProfile(context, (scope) => wholeNumber(value, scope));
}

function wholeProfile(context: SqlContext, write: (scope: Scope) => string): WholeProfile {
  const profiles = new Set<string>();
  const audiences: NamedAudiences = new Map();
  let identities = false;
  const readIdentities = (): Shape => {
    identities = true;
    return identitiesMap(IDENTITIES);
  };
  const events = eventsOf(context);
  const elsewhere = new Map<string, () => Shape>([
    ['xEvent', () => membersOf(events.packed)],
    ['identityMap', readIdentities],
    ['segmentMembership', () => absentColumn('segmentMembership')],
  ]);
  const profile = profileRow(
    context.schema.profile,
    rowColumns(context.layouts.profiles, (name) => profiles.add(name)),
    elsewhere,
  );
  const sql = write(scopeOf({ context, compiler: COMPILER, audiences }, new Map([[0, profile]])));
  return { sql, event: events.tuple.sql(), profiles: [...profiles], identities, audiences };
}

export interface WholeProfile {
  /** The condition or number. */
  readonly sql: string;
  /** What is read of each event, as a tuple over the row. */
  readonly event: string;
  /** Columns of the table `profiles`. */
  readonly profiles: readonly string[];
  /** Whether identities are read. */
  readonly identities: boolean;
  readonly audiences: NamedAudiences;
}

/** The column with the events of a profile, tuples, and the one with its identities, tuples of namespace and id. */
export const EVENTS = '`#events`';
export const IDENTITIES = '`#identities`';

function eventsOf(context: SqlContext): { readonly packed: Packed; readonly tuple: Pack } {
  const row = eventRow(context.schema.event, rowColumns(context.layouts.events));
  const tuple = new Pack(scopeOf({ context, compiler: COMPILER }, new Map()));
  return { tuple, packed: { array: () => EVENTS, member: (member) => tuple.read(row, member) } };
}

/** A condition on the table `events`, whose row is the variable. Throws NotInSql. */
export function eventTest(test: Test, variable: number, context: SqlContext): string {
  return wholeTest(test, eventScope(variable, context));
}

/** A number or time of a row of `events`. Throws NotInSql. */
export function eventNumber(value: Value, variable: number, context: SqlContext): Scalar {
  const scope = eventScope(variable, context);
  const number = strictly('number', value, scope);
  return { ...number, sql: scope.frame.around(number.sql) };
}

/** A text of a row of `events`, null when the value is none. Throws NotInSql. */
export function eventText(value: Value, variable: number, context: SqlContext): string | null {
  const scope = eventScope(variable, context);
  const shape = scope.compiler.shape(value, scope);
  return shape.shape === 'scalar' && shape.form === 'string' ? scope.frame.around(shape.sql) : null;
}

function eventScope(variable: number, context: SqlContext): Scope {
  const event = eventRow(context.schema.event, rowColumns(context.layouts.events));
  return scopeOf({ context, compiler: COMPILER }, new Map([[variable, event]]));
}
