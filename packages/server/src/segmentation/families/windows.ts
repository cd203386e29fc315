/**
 * Windows of time as whole milliseconds. The bounds of all windows of a family cut time into spans; an event lies in one
 * span, and every window is a run of spans. So one number tells of an event in which windows it is.
 */
import type { Window } from '@kindred/pql';
import type { SqlContext } from '../sql/index.ts';

/** From `from` on, up to but not including `to`; epoch ms. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The interval that a window means at the instant of evaluation; null when no event can be in it. */
export function intervalOf({ from, to }: Window, context: Pick<SqlContext, 'instantOf'>): Interval | null {
  const first = from === null ? -Infinity : context.instantOf(from.at);
  const last = to === null ? Infinity : context.instantOf(to.at);
  if (first === null || last === null) return null;
  const interval = { from: from?.inclusive === false ? first + 1 : first, to: to?.inclusive === true ? last + 1 : last };
  return interval.from < interval.to ? interval : null;
}

/** The times that are in one of two intervals only. */
export function difference(one: Interval | null, other: Interval | null): readonly Interval[] {
  if (one === null || other === null) return [one, other].filter((each) => each !== null);
  if (one.to <= other.from || other.to <= one.from) return [one, other];
  const ends = [
    { from: Math.min(one.from, other.from), to: Math.max(one.from, other.from) },
    { from: Math.min(one.to, other.to), to: Math.max(one.to, other.to) },
  ];
  return ends.filter(({ from, to }) => from < to);
}

/** Intervals that overlap or touch, joined. */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  const joined: Interval[] = [];
  for (const interval of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && interval.from <= last.to) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, interval.to) };
    else joined.push(interval);
  }
  return joined;
}

/** Every column of times here is the number of epoch milliseconds. */
export const MILLISECONDS = 'toUnixTimestamp64Milli(timestamp)';

export class Spans {
  /** Bounds between spans, rising. */
  readonly #bounds: readonly number[];
  readonly #whole: Interval;

  constructor(intervals: readonly Interval[]) {
    const bounds = new Set(intervals.flatMap(({ from, to }) => [from, to]).filter(Number.isFinite));
    this.#whole = { from: Math.min(...intervals.map(({ from }) => from)), to: Math.max(...intervals.map(({ to }) => to)) };
    this.#bounds = [...bounds].filter((bound) => bound > this.#whole.from && bound < this.#whole.to).toSorted((a, b) => a - b);
  }

  /** How many. */
  get count(): number {
    return this.#bounds.length + 1;
  }

  /** The number of the span that an event lies in, as SQL over its time. */
  numberSql(time: string): string {
    if (this.#bounds.length === 0) return 'toUInt8(0)';
    return `toUInt16(${this.#bounds.map((bound) => `(${time} >= ${integer(bound)})`).join(' + ')})`;
  }

  /** That an event lies in one of the windows at all. */
  wholeSql(time: string): string {
    return intervalSql(this.#whole, time);
  }

  /** That the span with the number `span` is part of an interval, one of those it was made of. */
  insideSql({ from, to }: Interval, span: string): string {
    const [first, end] = [this.#at(from), this.#at(to)];
    const terms = [...(first > 0 ? [`${span} >= ${first}`] : []), ...(end < this.count ? [`${span} < ${end}`] : [])];
    return terms.length === 0 ? '1' : terms.join(' AND ');
  }

  /** The number of the span that begins at a bound. */
  #at(bound: number): number {
    if (bound <= this.#whole.from) return 0;
    return bound >= this.#whole.to ? this.count : this.#bounds.indexOf(bound) + 1;
  }
}

export function intervalSql({ from, to }: Interval, time: string): string {
  const terms = [
    ...(Number.isFinite(from) ? [`${time} >= ${integer(from)}`] : []),
    ...(Number.isFinite(to) ? [`${time} < ${integer(to)}`] : []),
  ];
  return terms.length === 0 ? '1' : terms.join(' AND ');
}

function integer(value: number): string {
  return `toInt64(${value})`;
}

/** Events that came after a revision, and those in some intervals of time. */
export function changedEvents(revision: number, moved: readonly Interval[]): string {
  const times = union(moved).map((interval) => `(${intervalSql(interval, MILLISECONDS)})`);
  return `(${[`revision > ${revision}`, ...times].join(' OR ')})`;
}
