/** Time rules out of syntax. Null: there is no rule for it. */
import type { Expr, TimeSpec } from '../ast.ts';
import { sameExpr } from './same-expr.ts';
import { CLOCK_CALLS, dayNumber, PART_METHODS, timeExpr } from './to-ast-time.ts';
import type { DayOfYear, Gap, TimePart, TimeReference, TimeRule, TimeSpan } from './tree.ts';

const PARTS: readonly TimePart[] = ['year', 'month', 'dayOfMonth'];

/** `currentMonth()` */
export function clockPart(expr: Expr): TimePart | null {
  if (expr.kind !== 'call' || expr.args.length > 0) return null;
  return PARTS.find((part) => CLOCK_CALLS[part] === expr.name) ?? null;
}

/** `T.getMonth()`: the part, and T. */
export function partOf(expr: Expr): { readonly part: TimePart; readonly value: Expr } | null {
  if (expr.kind !== 'method' || expr.args.length > 0) return null;
  const part = PARTS.find((each) => PART_METHODS[each] === expr.name);
  return part === undefined ? null : { part, value: expr.receiver };
}

function referenceOf(expr: Expr): TimeReference | null {
  if (expr.kind === 'timeWord') return { kind: 'word', word: expr.word };
  if (expr.kind === 'calendar') return { kind: 'calendar', which: expr.which, unit: expr.unit };
  if (expr.kind === 'string') return { kind: 'instant', text: expr.value };
  if (expr.kind !== 'call' || expr.name !== 'date') return null;
  const [year, month, day, ...rest] = expr.args;
  if (year?.kind !== 'integer' || month?.kind !== 'integer' || day?.kind !== 'integer' || rest.length > 0) return null;
  return { kind: 'date', year: year.value, month: month.value, day: day.value };
}

const direction = (word: 'before' | 'after' | 'from'): 'before' | 'after' => (word === 'before' ? 'before' : 'after');

export function spanOf(spec: TimeSpec): TimeSpan | null {
  if (spec.kind === 'between') {
    const first = referenceOf(spec.first);
    const last = referenceOf(spec.last);
    return first && last && { kind: 'between', first, last };
  }
  const reference = referenceOf(spec.reference);
  if (reference === null) return null;
  if (spec.kind === 'on') return { kind: 'on', reference };
  if (spec.kind === 'relative') return { kind: 'relative', direction: direction(spec.direction), reference };
  const { comparison, amount, unit } = spec;
  return { kind: 'distance', comparison, amount, unit, direction: direction(spec.direction), reference };
}

/** A time in relation to one of the given steps. */
export function gapOf(spec: TimeSpec, labels: readonly string[]): Gap | null {
  if (spec.kind !== 'distance' || spec.direction === 'before' || spec.reference.kind !== 'name') return null;
  const { comparison, amount, unit, reference } = spec;
  if (reference.up > 0 || !labels.includes(reference.name) || comparison === '=' || comparison === '!=') return null;
  return { comparison, amount, unit, after: reference.name };
}

interface TimedValue {
  readonly value: Expr;
  readonly rule: TimeRule;
}

/** A condition about one time. */
export function timeRuleOf(expr: Expr): TimedValue | null {
  if (expr.kind === 'occurs') {
    const span = spanOf(expr.time);
    return span && { value: expr.value, rule: { kind: 'span', span } };
  }
  if (expr.kind !== 'logic') return null;
  const [first] = expr.terms;
  const value = first && timedValue(first);
  if (!value) return null;
  const rule = expr.terms.length === 3 ? aroundOf(expr) : expr.terms.length === 2 ? pairOf(expr) : null;
  // One condition of the pair may be about another time: only what is written the same way is the same rule.
  return rule !== null && sameExpr(timeExpr(value, rule), expr) ? { value, rule } : null;
}

type LogicExpr = Extract<Expr, { readonly kind: 'logic' }>;

/** The time that a condition is about: T of `T occurs …`, `T.getMonth() = …`, `T.getMonth() * 100 + … >= …`. */
function timedValue(expr: Expr): Expr | null {
  if (expr.kind === 'occurs') return expr.value;
  if (expr.kind !== 'binary') return null;
  const part = partOf(firstOperand(expr.left));
  return part && part.value;
}

function firstOperand(expr: Expr): Expr {
  return expr.kind === 'binary' ? firstOperand(expr.left) : expr;
}

function aroundOf({ terms }: LogicExpr): TimeRule | null {
  const [first] = terms;
  const span = first?.kind === 'occurs' ? spanOf(first.time) : null;
  if (span?.kind !== 'distance') return null;
  return { kind: 'around', amount: span.amount, unit: span.unit, reference: span.reference };
}

function pairOf({ operator, terms }: LogicExpr): TimeRule | null {
  const [first, last] = terms;
  if (first?.kind === 'occurs' && last?.kind === 'occurs') {
    const spans = [spanOf(first.time), spanOf(last.time)] as const;
    return operator === 'and' && spans[0] && spans[1] ? { kind: 'both', spans: [spans[0], spans[1]] } : null;
  }
  if (first?.kind !== 'binary' || last?.kind !== 'binary') return null;
  if (first.operator === '=') return anniversaryOf(first.right, last.right);
  const days = [dayOf(first.right), dayOf(last.right)] as const;
  return days[0] && days[1] ? { kind: 'season', first: days[0], last: days[1] } : null;
}

function anniversaryOf(month: Expr, day: Expr): TimeRule | null {
  if (clockPart(month) !== null) return { kind: 'anniversary', of: 'today' };
  if (partOf(month)?.value.kind === 'timeWord') return { kind: 'anniversary', of: 'yesterday' };
  if (month.kind !== 'integer' || day.kind !== 'integer') return null;
  return { kind: 'anniversary', of: { month: month.value, day: day.value } };
}

function dayOf(expr: Expr): DayOfYear | null {
  if (expr.kind !== 'integer') return null;
  const day = { month: Math.floor(expr.value / 100), day: expr.value % 100 };
  return dayNumber(day) === expr.value ? day : null;
}
