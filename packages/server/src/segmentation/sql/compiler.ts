/** The compiler as a whole: what a leaf's query is built with. */
import type { Test, Value } from '@kindred/pql';
import { gatheredRows, rowColumns } from './columns.ts';
import type { Compiler, SqlContext } from './context.ts';
import { scopeOf } from './context.ts';
import { scalarOf } from './operands.ts';
import type { ObjectShape, Scalar } from './shape.ts';
import { testSql } from './tests.ts';
import { shapeOf } from './values.ts';

const COMPILER: Compiler = { shape: shapeOf, test: testSql };

/** A condition on the table `profiles`, whose row is variable 0. Throws NotInSql. */
export function profileTest(test: Test, context: SqlContext): string {
  const profile: ObjectShape = { shape: 'object', type: context.schema.profile, columns: rowColumns(context.layouts.profiles), path: [] };
  return testSql(test, scopeOf(context, COMPILER, new Map([[0, profile]])));
}

/** A condition on a profile with its events, and the columns of both tables that it reads. Throws NotInSql. */
export function wholeProfileTest(test: Test, context: SqlContext): WholeProfile {
  const [events, profiles] = [new Set<string>(), new Set<string>()];
  const placeOf = (name: string): number => [...events.add(name)].indexOf(name) + 1;
  const rows = gatheredRows(context.layouts.events, EVENTS, placeOf);
  const profile: ObjectShape = {
    shape: 'object',
    type: context.schema.profile,
    columns: rowColumns(context.layouts.profiles, (name) => profiles.add(name)),
    path: [],
    events: { type: context.schema.event, rows },
  };
  const condition = testSql(test, scopeOf(context, COMPILER, new Map([[0, profile]])));
  return { condition, events: [...events], profiles: [...profiles] };
}

export interface WholeProfile {
  readonly condition: string;
  /** The members of each tuple in the array `EVENTS`, in this order. */
  readonly events: readonly string[];
  readonly profiles: readonly string[];
}

/** The column with the events of a profile. */
export const EVENTS = '`#events`';

/** A condition on the table `events`, whose row is the variable. Throws NotInSql. */
export function eventTest(test: Test, variable: number, context: SqlContext): string {
  return testSql(test, eventScope(variable, context));
}

/** A value of a row of `events`. Throws NotInSql. */
export function eventValue(value: Value, variable: number, context: SqlContext): Scalar {
  return scalarOf(value, eventScope(variable, context));
}

function eventScope(variable: number, context: SqlContext): ReturnType<typeof scopeOf> {
  const event: ObjectShape = { shape: 'object', type: context.schema.event, columns: rowColumns(context.layouts.events), path: [] };
  return scopeOf(context, COMPILER, new Map([[variable, event]]));
}
