/** Times in words: spans of time, calendar units, distances. */
import type { Bound, Window } from './plan.ts';
import { stableJson } from './plan/canonical.ts';
import { unitText } from './print.ts';
import type { Test, TimeUnit, Value } from './term.ts';

type Moved = Extract<Value, { readonly op: 'startOf' | 'shift' }>;
type Name = (at: Value) => string;

const distanceText = (amount: number, unit: TimeUnit): string => `${amount} ${unitText(amount, unit)}`;

/** A window of time; empty when open, else beginning with a space: ` in the last 30 days`, ` last month`, ` after 2024-01-01`. */
export function windowText({ from, to }: Window, name: Name): string {
  if (from !== null && to !== null) {
    const span = lastText(from, to) ?? calendarSpan(from, to) ?? dayText(from, to, name) ?? gapText(from, to, name);
    if (span !== null) return ` ${span}`;
  }
  const since = from === null ? '' : ` ${sinceText(from, name)}`;
  return since + (to === null ? '' : `${from === null ? '' : ' and'} ${untilText(to, name)}`);
}

function lastText(from: Bound, to: Bound): string | null {
  const { at } = from;
  if (to.at.op !== 'now' || at.op !== 'shift' || at.value.op !== 'now' || at.amount >= 0) return null;
  return `in the last ${distanceText(-at.amount, at.unit)}`;
}

/** A whole calendar unit: `today`, `last month`. Null when the bounds are something else. */
function calendarSpan(from: Bound, to: Bound): string | null {
  if (!from.inclusive || to.inclusive || to.at.op !== 'shift' || to.at.amount !== 1 || !same(to.at.value, from.at)) return null;
  const unit = calendarUnit(from.at);
  if (unit === null || unit.unit !== to.at.unit) return null;
  return unit.offset === 0 || Math.abs(unit.offset) === 1 ? unitName(unit) : null;
}

/** One day that is written down. */
function dayText(from: Bound, to: Bound, name: Name): string | null {
  const day =
    from.inclusive && !to.inclusive && to.at.op === 'shift' && to.at.unit === 'day' && to.at.amount === 1 && same(to.at.value, from.at);
  return day ? `on ${name(from.at)}` : null;
}

/** After another event, and not long after. */
function gapText(from: Bound, to: Bound, name: Name): string | null {
  if (from.inclusive || to.at.op !== 'shift' || to.at.amount <= 0 || !same(to.at.value, from.at)) return null;
  return `${to.inclusive ? 'within' : 'less than'} ${distanceText(to.at.amount, to.at.unit)} after ${name(from.at)}`;
}

/** After the whole of a day, when the bound is where the next one begins. */
function sinceText({ at, inclusive }: Bound, name: Name): string {
  if (inclusive && isEndOfDay(at)) return `after ${name(at.value)}`;
  if (at.op === 'shift' && at.amount > 0 && at.value.op === 'field')
    return `${inclusive ? 'at least' : 'more than'} ${distanceText(at.amount, at.unit)} after ${name(at.value)}`;
  return `${inclusive ? 'from' : 'after'} ${name(at)}`;
}

function untilText({ at, inclusive }: Bound, name: Name): string {
  if (!inclusive && isEndOfDay(at)) return `until ${name(at.value)}`;
  return `${inclusive ? 'until' : 'before'} ${name(at)}`;
}

const isEndOfDay = (at: Value): at is Extract<Value, { readonly op: 'shift' }> =>
  at.op === 'shift' && at.unit === 'day' && at.amount === 1 && (at.value.op === 'date' || at.value.type.kind === 'date');

interface CalendarUnit {
  readonly unit: TimeUnit;
  /** How many units from the one that holds now. */
  readonly offset: number;
}

/** The start of a calendar unit near now; null for other times. */
function calendarUnit(at: Value): CalendarUnit | null {
  if (at.op === 'startOf') {
    const inner = calendarUnit(at.value);
    // The day of the start of a day is that day.
    return at.value.op === 'now' ? { unit: at.unit, offset: 0 } : inner?.unit === at.unit ? inner : null;
  }
  const inner = at.op === 'shift' ? calendarUnit(at.value) : null;
  return at.op === 'shift' && inner?.unit === at.unit ? { unit: at.unit, offset: inner.offset + at.amount } : null;
}

function unitName({ unit, offset }: CalendarUnit): string {
  if (unit === 'day') return offset < 0 ? 'yesterday' : offset === 0 ? 'today' : 'tomorrow';
  return `${offset < 0 ? 'last' : offset === 0 ? 'this' : 'next'} ${unit}`;
}

/** The start of a calendar unit by its name: `today`, `the start of last month`. */
export function calendarText(at: Moved): string | null {
  const unit = calendarUnit(at);
  if (unit === null) return null;
  if (Math.abs(unit.offset) > 1) {
    const direction = unit.offset < 0 ? 'before' : 'after';
    return `${distanceText(Math.abs(unit.offset), unit.unit)} ${direction} ${unit.unit === 'day' ? 'today' : `the start of this ${unit.unit}`}`;
  }
  return unit.unit === 'day' ? unitName(unit) : `the start of ${unitName(unit)}`;
}

export function movedText(at: Moved, name: Name): string {
  if (at.op === 'startOf') return `the start of the ${at.unit} of ${name(at.value)}`;
  return `${distanceText(Math.abs(at.amount), at.unit)} ${at.amount < 0 ? 'before' : 'after'} ${name(at.value)}`;
}

interface TimeWindow {
  readonly value: Value;
  readonly window: Window;
}

/** Terms that bound a time, two for one value taken together; the others apart. */
export function timeWindows(terms: readonly Test[]): { readonly windows: readonly TimeWindow[]; readonly rest: readonly Test[] } {
  const windows: TimeWindow[] = [];
  const rest: Test[] = [];
  for (const term of terms) {
    const found = boundOf(term);
    if (found === null) {
      rest.push(term);
      continue;
    }
    const { value, side, bound } = found;
    const at = windows.findIndex((each) => each.window[side] === null && same(each.value, value));
    const window = windows[at]?.window ?? { from: null, to: null };
    windows.splice(at < 0 ? windows.length : at, 1, { value, window: { ...window, [side]: bound } });
  }
  return { windows, rest };
}

function boundOf(test: Test): { readonly value: Value; readonly side: 'from' | 'to'; readonly bound: Bound } | null {
  if (test.op !== 'compare' || test.as !== 'time' || test.comparison === '=' || test.comparison === '!=') return null;
  const bound = { at: test.right, inclusive: test.comparison.endsWith('=') };
  return { value: test.left, side: test.comparison.startsWith('>') ? 'from' : 'to', bound };
}

const same = (a: Value, b: Value): boolean => stableJson(a) === stableJson(b);
