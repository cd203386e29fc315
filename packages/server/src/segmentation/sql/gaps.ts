/** What a step demands of the time since the event of the step before it. */
import type { LeafStep, Test, Value } from '@kindred/pql';
import type { SqlContext } from './context.ts';
import { NotInSql } from './shape.ts';
import { shiftSql, startSql } from './times.ts';

/** The end of a span without end: later than any time, and far enough from the end of 64 bits. */
export const END = 'toInt64(9000000000000000000)';
/** The time of what does not come: after every span. */
export const NEVER = 'toInt64(9000000000000000001)';

/** The span of time, both ends included, in which events count for a step: SQL from the time of the step before. */
export interface Gap {
  from(previous: string): string;
  to(previous: string): string;
}

interface Bounds {
  readonly lower: readonly Limit[];
  readonly upper: readonly Limit[];
}

interface Limit {
  readonly at: (previous: string) => string;
  readonly inclusive: boolean;
}

/**
 * The gap of a step. Not exact when it demands more than a span of time since the positive step right before it:
 * `gap` leaves that out.
 */
export function gapOf(
  { selection, relation }: LeafStep,
  previous: number | null,
  context: SqlContext,
): { readonly gap: Gap; readonly exact: boolean } {
  const terms = relation.op === 'and' ? relation.terms : [relation];
  const bounds = terms.map((term) => boundsOf(term, { variable: selection.variable, previous, context }));
  const found = bounds.filter((each) => each !== null);
  return {
    gap: gap({ lower: found.flatMap(({ lower }) => lower), upper: found.flatMap(({ upper }) => upper) }),
    exact: found.length === bounds.length,
  };
}

function gap({ lower, upper }: Bounds): Gap {
  return {
    // Always strictly later than the step before; times are whole milliseconds.
    from: (previous) =>
      outermost('greatest', [`${previous} + 1`, ...lower.map(({ at, inclusive }) => `${at(previous)}${inclusive ? '' : ' + 1'}`)]),
    to: (previous) => outermost('least', [END, ...upper.map(({ at, inclusive }) => `${at(previous)}${inclusive ? '' : ' - 1'}`)]),
  };
}

function outermost(name: 'greatest' | 'least', values: readonly string[]): string {
  return values.length === 1 ? values.join('') : `${name}(${values.join(', ')})`;
}

interface StepVariables {
  readonly variable: number;
  readonly previous: number | null;
  readonly context: SqlContext;
}

/** Null when the test is no bound of the time since the step before. */
function boundsOf(test: Test, step: StepVariables): Bounds | null {
  if (test.op === 'constant' && test.value) return { lower: [], upper: [] };
  if (test.op !== 'compare' || test.as !== 'time' || step.previous === null) return null;
  if (isTimestamp(test.left, step.variable)) return bound(test.comparison, limitOf(test.right, step));
  if (isTimestamp(test.right, step.variable)) return bound(MIRRORED[test.comparison], limitOf(test.left, step));
  return null;
}

const MIRRORED = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function bound(comparison: keyof typeof MIRRORED, at: ((previous: string) => string) | null): Bounds | null {
  if (at === null || comparison === '!=') return null;
  const limit = { at, inclusive: comparison.endsWith('=') };
  return { lower: /[>]|^=$/.test(comparison) ? [limit] : [], upper: /[<]|^=$/.test(comparison) ? [limit] : [] };
}

/** A time that never falls when the time of the step before rises: such times keep the order of an array. */
function limitOf(value: Value, step: StepVariables): ((previous: string) => string) | null {
  try {
    timeSql(value, 't', step);
  } catch (error) {
    if (error instanceof NotInSql) return null;
    throw error;
  }
  return (previous) => timeSql(value, previous, step);
}

function timeSql(value: Value, previous: string, step: StepVariables): string {
  if (step.previous !== null && isTimestamp(value, step.previous)) return previous;
  if (value.op === 'shift')
    return shiftSql(timeSql(value.value, previous, step), { amount: value.amount, unit: value.unit, context: step.context });
  if (value.op === 'startOf') return startSql(value.unit, timeSql(value.value, previous, step), step.context);
  throw new NotInSql(`the time ${value.op} of another event`);
}

function isTimestamp(value: Value, variable: number): boolean {
  return value.op === 'field' && value.name === 'timestamp' && value.object.op === 'variable' && value.object.id === variable;
}
