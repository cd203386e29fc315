/** Time rules as syntax. */
import type { Expr, TimeSpec } from '../ast.ts';
import { binaryExpr, callExpr, logicExpr, methodExpr, nameExpr, NOWHERE, numberExpr, stringExpr } from './syntax.ts';
import type { DayOfYear, Gap, TimePart, TimeReference, TimeRule, TimeSpan } from './tree.ts';

const span = NOWHERE;

export const PART_METHODS: Readonly<Record<TimePart, string>> = { year: 'getYear', month: 'getMonth', dayOfMonth: 'getDayOfMonth' };
export const CLOCK_CALLS: Readonly<Record<TimePart, string>> = {
  year: 'currentYear',
  month: 'currentMonth',
  dayOfMonth: 'currentDayOfMonth',
};

export const partExpr = (value: Expr, part: TimePart): Expr => methodExpr(value, PART_METHODS[part]);
export const clockExpr = (part: TimePart): Expr => callExpr(CLOCK_CALLS[part]);

function referenceExpr(reference: TimeReference): Expr {
  switch (reference.kind) {
    case 'word':
      return { kind: 'timeWord', word: reference.word, span };
    case 'calendar':
      return { kind: 'calendar', which: reference.which, unit: reference.unit, span };
    case 'date':
      return callExpr('date', [reference.year, reference.month, reference.day].map(numberExpr));
    case 'instant':
      return stringExpr(reference.text);
    default:
      return reference satisfies never;
  }
}

export function timeSpec(time: TimeSpan): TimeSpec {
  switch (time.kind) {
    case 'distance':
      return { ...time, reference: referenceExpr(time.reference), span };
    case 'relative':
      return { kind: 'relative', direction: time.direction, reference: referenceExpr(time.reference), span };
    case 'between':
      return { kind: 'between', first: referenceExpr(time.first), last: referenceExpr(time.last), span };
    case 'on':
      return { kind: 'on', reference: referenceExpr(time.reference), span };
    default:
      return time satisfies never;
  }
}

export const gapSpec = ({ comparison, amount, unit, after }: Gap): TimeSpec => ({
  kind: 'distance',
  comparison,
  amount,
  unit,
  direction: 'after',
  reference: nameExpr(after),
  span,
});

/** A condition about the time that an expression stands for. */
export function timeExpr(value: Expr, rule: TimeRule): Expr {
  const occurs = (time: TimeSpan): Expr => ({ kind: 'occurs', value, time: timeSpec(time), span });
  switch (rule.kind) {
    case 'span':
      return occurs(rule.span);
    case 'both':
      return logicExpr('and', rule.spans.map(occurs));
    case 'around':
      return logicExpr('or', aroundSpans(rule).map(occurs));
    case 'anniversary':
      return anniversaryExpr(value, rule.of);
    case 'season':
      return seasonExpr(value, rule.first, rule.last);
    default:
      return rule satisfies never;
  }
}

/** A reference lies between its own two sides, so three spans cover it. */
function aroundSpans({ amount, unit, reference }: Extract<TimeRule, { readonly kind: 'around' }>): readonly TimeSpan[] {
  const side = (direction: 'before' | 'after'): TimeSpan => ({ kind: 'distance', comparison: '<=', amount, unit, direction, reference });
  return [side('before'), { kind: 'on', reference }, side('after')];
}

function anniversaryExpr(value: Expr, of: 'today' | 'yesterday' | DayOfYear): Expr {
  const equal = (part: 'month' | 'dayOfMonth', other: Expr): Expr => binaryExpr(partExpr(value, part), '=', other);
  if (of === 'today') return logicExpr('and', [equal('month', clockExpr('month')), equal('dayOfMonth', clockExpr('dayOfMonth'))]);
  if (of === 'yesterday') {
    const yesterday: Expr = { kind: 'timeWord', word: 'yesterday', span };
    return logicExpr('and', [equal('month', partExpr(yesterday, 'month')), equal('dayOfMonth', partExpr(yesterday, 'dayOfMonth'))]);
  }
  return logicExpr('and', [equal('month', numberExpr(of.month)), equal('dayOfMonth', numberExpr(of.day))]);
}

/** Days of a year in order: month times 100 plus day. */
export const dayNumber = ({ month, day }: DayOfYear): number => month * 100 + day;

function seasonExpr(value: Expr, first: DayOfYear, last: DayOfYear): Expr {
  const day = binaryExpr(binaryExpr(partExpr(value, 'month'), '*', numberExpr(100)), '+', partExpr(value, 'dayOfMonth'));
  const join = dayNumber(first) <= dayNumber(last) ? 'and' : 'or';
  return logicExpr(join, [binaryExpr(day, '>=', numberExpr(dayNumber(first))), binaryExpr(day, '<=', numberExpr(dayNumber(last)))]);
}
