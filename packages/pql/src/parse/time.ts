/** Time expressions: what follows `occurs` and stands in `WHEN(…)`. */
import type { TimeSpec } from '../ast.ts';
import { nearest } from '../nearest.ts';
import type { Comparison, TimeUnit } from '../term.ts';
import { LEVEL } from './cursor.ts';
import type { Cursor, Parsing } from './cursor.ts';

export const COMPARISONS: readonly Comparison[] = ['=', '!=', '<', '<=', '>', '>='];

const UNITS: Readonly<Record<string, TimeUnit>> = {
  millisecond: 'millisecond',
  milliseconds: 'millisecond',
  second: 'second',
  seconds: 'second',
  minute: 'minute',
  minutes: 'minute',
  hour: 'hour',
  hours: 'hour',
  day: 'day',
  days: 'day',
  week: 'week',
  weeks: 'week',
  month: 'month',
  months: 'month',
  year: 'year',
  years: 'year',
  decade: 'decade',
  decades: 'decade',
  century: 'century',
  centuries: 'century',
  millennium: 'millennium',
  millennia: 'millennium',
};

export function unitOf(word: string): TimeUnit | null {
  return UNITS[word.toLowerCase()] ?? null;
}

/** The comparison at the cursor, taken; or null. */
export function takeComparison(cursor: Cursor): Comparison | null {
  const found = COMPARISONS.find((each) => cursor.atSymbol(each));
  if (found !== undefined) cursor.take();
  return found ?? null;
}

function takeDirection(cursor: Cursor): 'before' | 'after' | 'from' | null {
  for (const word of ['before', 'after', 'from'] as const) if (cursor.takeWord(word) !== null) return word;
  return null;
}

/** Words and symbols that begin a time expression and no value. */
const startsTimeOnly = (cursor: Cursor, ahead: number): boolean =>
  COMPARISONS.some((each) => cursor.atSymbol(each, ahead)) ||
  ['before', 'after', 'from', 'between', 'on'].some((word) => cursor.atWord(word, ahead) && !cursor.atSymbol('.', ahead + 1));

export function timeSpec(parsing: Parsing): TimeSpec {
  const { cursor, expression } = parsing;
  if (cursor.atSymbol('(') && startsTimeOnly(cursor, 1)) {
    const open = cursor.take();
    const inner = cursor.deeper(() => cursor.inside(() => timeSpec(parsing)));
    cursor.close(open);
    return inner;
  }
  const start = cursor.peek().span.from;
  const comparison = takeComparison(cursor);
  if (comparison !== null) return distance(parsing, comparison, start);
  if (cursor.peek().kind === 'integer' && cursor.peek(1).kind === 'name' && !cursor.atWord('and', 1) && !cursor.atWord('or', 1)) {
    const at = cursor.peek().span.from;
    cursor.report('bad-time-expression', cursor.here(), 'A distance in time needs a comparison before its number.', {
      hint: 'For "within the last", write <=.',
      fix: { span: { from: at, to: at }, text: '<= ' },
    });
    return distance(parsing, '<=', start);
  }
  const direction = takeDirection(cursor);
  if (direction !== null) return { kind: 'relative', direction, reference: expression(LEVEL.sum), span: cursor.since(start) };
  if (cursor.takeWord('between') !== null) {
    const first = expression(LEVEL.sum);
    if (cursor.takeWord('and') === null)
      cursor.report('bad-time-expression', cursor.here(), `Expected \`and\` before ${cursor.found()}.`, { hint: 'Write between A and B.' });
    return { kind: 'between', first, last: expression(LEVEL.sum), span: cursor.since(start) };
  }
  cursor.takeWord('on');
  return { kind: 'on', reference: expression(LEVEL.sum), span: cursor.since(start) };
}

function distance(parsing: Parsing, comparison: Comparison, start: number): TimeSpec {
  const { cursor, expression } = parsing;
  const amount = wholeNumber(cursor, 'bad-time-expression', 'of time units');
  const unit = takeUnit(cursor);
  let direction = takeDirection(cursor);
  if (direction === null) {
    cursor.report('bad-time-expression', cursor.here(), `Expected \`before\`, \`after\` or \`from\`, found ${cursor.found()}.`, {
      hint: 'For example: <= 30 days before now.',
    });
    direction = 'before';
  }
  return { kind: 'distance', comparison, amount, unit, direction, reference: expression(LEVEL.sum), span: cursor.since(start) };
}

function takeUnit(cursor: Cursor): TimeUnit {
  const token = cursor.peek();
  const unit = token.kind === 'name' ? unitOf(token.text) : null;
  if (unit !== null) {
    cursor.take();
    return unit;
  }
  const near = token.kind === 'name' ? nearest(token.text, Object.keys(UNITS)) : null;
  cursor.report(
    'bad-time-expression',
    cursor.here(),
    `Expected a time unit, found ${cursor.found()}.${near === null ? '' : ` Did you mean \`${near}\`?`}`,
    {
      hint: 'Units: milliseconds, seconds, minutes, hours, days, weeks, months, years, decades, centuries, millennia.',
      ...(near === null ? {} : { fix: { span: token.span, text: near } }),
    },
  );
  if (near !== null) cursor.take();
  return near === null ? 'day' : (unitOf(near) ?? 'day');
}

/** A non-negative integer, or 1 after a complaint. */
export function wholeNumber(cursor: Cursor, code: 'bad-time-expression' | 'bad-chain-step', ofWhat: string): number {
  if (cursor.peek().kind === 'integer') return Number(cursor.take().text);
  const start = cursor.peek().span.from;
  cursor.report(code, cursor.here(), `Expected a whole number ${ofWhat}, found ${cursor.found()}.`);
  if (cursor.atSymbol('-')) cursor.take();
  if (cursor.peek().kind === 'integer' || cursor.peek().kind === 'double') cursor.take();
  else if (cursor.peek().span.from === start && cursor.peek(1).kind === 'name' && unitOf(cursor.peek(1).text) !== null) cursor.take();
  return 1;
}
