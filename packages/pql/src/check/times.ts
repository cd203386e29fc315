/** Time words and `occurs`: made explicit as instants and comparisons. */
import type { Expr, TimeSpec, TimeWord } from '../ast.ts';
import type { Span } from '../problems.ts';
import type { Comparison, Test, TimeUnit, Value } from '../term.ts';
import { aType, DATETIME, formOf, INTEGER } from '../types.ts';
import { anyOf, coerce } from './compare.ts';
import type { Operand } from './compare.ts';
import { both, never, nothing } from './context.ts';
import type { Checker, Scope } from './context.ts';
import { field } from './names.ts';

export const now: Value = { op: 'now', type: DATETIME };
const startOf = (unit: TimeUnit, value: Value): Value => ({ op: 'startOf', unit, value, type: DATETIME });
const shift = (value: Value, amount: number, unit: TimeUnit): Value =>
  amount === 0 ? value : { op: 'shift', value, amount, unit, type: DATETIME };
const compare = (left: Value, comparison: Comparison, right: Value): Test => ({ op: 'compare', comparison, as: 'time', left, right });

const DAYS_FROM_TODAY: Readonly<Record<Exclude<TimeWord, 'now'>, number>> = { yesterday: -1, today: 0, tomorrow: 1 };
const UNITS_FROM_THIS = { last: -1, this: 0, next: 1 } as const;

/** A time word as an instant: a day is its start. */
export function timeWord(word: TimeWord): Value {
  return word === 'now' ? now : shift(startOf('day', now), DAYS_FROM_TODAY[word], 'day');
}

/** Half-open; a point has no end. */
interface Interval {
  readonly start: Value;
  readonly end: Value | null;
}

/** Brings an operand to a time; null after a problem. */
export function asTime(checker: Checker, { value, span }: Operand): Value | null {
  if (value === nothing) return null;
  const form = formOf(value.type);
  const time = coerce(value, 'time');
  if (value.op === 'literal' && form === 'string' && time === value) {
    checker.report('bad-date', span, `${JSON.stringify(value.value)} is not a timestamp.`, {
      hint: 'Write "2024-02-29" or "2024-02-29T10:00:00+01:00".',
    });
    return null;
  }
  if (form === 'time' || form === 'number' || form === 'string' || value.type.kind === 'unknown') return time;
  checker.report('wrong-type', span, `A time is needed here, and this is ${aType(value.type)}.`);
  return null;
}

/** `value occurs time`: false when the value is null; any member when it is a list. */
export function occursTest(checker: Checker, value: Operand, time: TimeSpec, scope: Scope): Test {
  const match = matcher(checker, time, scope);
  if (match === null || value.value === nothing) return never;
  return anyOf(checker, value.value, (item) => {
    const instant = asTime(checker, { ...value, value: item });
    return instant === null ? never : match(instant);
  });
}

type Matcher = (instant: Value) => Test;

function matcher(checker: Checker, time: TimeSpec, scope: Scope): Matcher | null {
  if (time.kind === 'between') {
    const first = reference(checker, time.first, scope);
    const last = reference(checker, time.last, scope);
    if (first === null || last === null) return null;
    const { end } = last;
    return (instant) =>
      both(compare(instant, '>=', first.start), end === null ? compare(instant, '<=', last.start) : compare(instant, '<', end));
  }
  const interval = reference(checker, time.reference, scope);
  if (interval === null) return null;
  switch (time.kind) {
    case 'on':
      return (instant) => within(instant, interval);
    case 'relative':
      return (instant) => (time.direction === 'before' ? compare(instant, '<', interval.start) : after(instant, interval));
    case 'distance':
      return (instant) => distance(instant, interval, time);
    default:
      return time satisfies never;
  }
}

function within(instant: Value, { start, end }: Interval): Test {
  return end === null ? compare(instant, '=', start) : both(compare(instant, '>=', start), compare(instant, '<', end));
}

const after = (instant: Value, { start, end }: Interval): Test =>
  end === null ? compare(instant, '>', start) : compare(instant, '>=', end);

function distance(instant: Value, interval: Interval, time: Extract<TimeSpec, { readonly kind: 'distance' }>): Test {
  const { comparison, amount, unit, direction } = time;
  const forwards = direction !== 'before';
  if (comparison === '=' || comparison === '!=') {
    // The slot: the unit that holds the near end of the reference, moved by the amount.
    const anchor = forwards && interval.end !== null ? shift(interval.end, -1, 'millisecond') : interval.start;
    const start = shift(startOf(unit, anchor), forwards ? amount : -amount, unit);
    const slot: Interval = { start, end: shift(start, 1, unit) };
    return comparison === '=' ? within(instant, slot) : outside(instant, slot);
  }
  const near = forwards ? (interval.end ?? interval.start) : interval.start;
  const far = shift(near, forwards ? amount : -amount, unit);
  const closer = comparison.startsWith('<');
  const inclusive = comparison.endsWith('=') ? '=' : '';
  if (!closer) return compare(instant, `${forwards ? '>' : '<'}${inclusive}`, far);
  if (forwards) return both(after(instant, interval), compare(instant, `<${inclusive}`, far));
  return both(compare(instant, `>${inclusive}`, far), compare(instant, '<', near));
}

function outside(instant: Value, { start, end }: Interval): Test {
  const terms = end === null ? [compare(instant, '!=', start)] : [compare(instant, '<', start), compare(instant, '>=', end)];
  return { op: 'or', terms };
}

/** What a time is compared with, as an interval or a point. Null after a problem. */
function reference(checker: Checker, expr: Expr, scope: Scope): Interval | null {
  if (expr.kind === 'timeWord' && expr.word !== 'now')
    return unitFrom(shift(startOf('day', now), DAYS_FROM_TODAY[expr.word], 'day'), 'day');
  if (expr.kind === 'calendar') return unitFrom(shift(startOf(expr.unit, now), UNITS_FROM_THIS[expr.which], expr.unit), expr.unit);
  const value = labelTime(checker, expr, scope) ?? checker.value(expr, scope);
  if (value.type.kind === 'array') {
    checker.report('wrong-type', expr.span, 'One time is needed here, and this is a list.', {
      hint: 'Choose one with .max(), .min() or .head().',
    });
    return null;
  }
  const start = asTime(checker, { value, span: expr.span });
  if (start === null) return null;
  // A calendar day is a day long, be it computed, stored or written.
  return start.type.kind === 'date' || start.op === 'date' ? unitFrom(start, 'day') : { start, end: null };
}

const unitFrom = (start: Value, unit: TimeUnit): Interval => ({ start, end: shift(start, 1, unit) });

/** The time of an earlier step's event, when the expression is its label. */
function labelTime(checker: Checker, expr: Expr, scope: Scope): Value | null {
  if (expr.kind !== 'name' || expr.up > 0) return null;
  const label = scope.labels.get(expr.name);
  return label === undefined || label === null ? null : field(checker, label, { name: 'timestamp', span: expr.span });
}

/** `date(y, m, d)`; a day of literals that does not exist is a problem. */
export function dateValue(checker: Checker, parts: readonly Operand[], span: Span): Value {
  const [year, month, day] = parts.map((part) => numberPart(checker, part));
  if (year === undefined || month === undefined || day === undefined) return nothing;
  const literals = [year, month, day].map((part) => (part.op === 'literal' ? part.value : null));
  if (literals.every((part) => typeof part === 'number')) {
    const [y = 0, m = 0, d = 0] = literals;
    const date = new Date(0);
    date.setUTCFullYear(y, m - 1, d);
    if (date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) {
      checker.report('bad-date', span, `There is no day ${y}-${m}-${d}.`, {
        hint: 'date(year, month, day), for example date(2024, 2, 29).',
      });
      return nothing;
    }
  }
  return { op: 'date', year, month, day, type: DATETIME };
}

function numberPart(checker: Checker, { value, span }: Operand): Value {
  if (value === nothing || value.type.kind === 'unknown' || formOf(value.type) === 'number') return value;
  checker.report('wrong-type', span, `A number is needed here, and this is ${aType(value.type)}.`);
  return { op: 'literal', value: 1, type: INTEGER };
}
