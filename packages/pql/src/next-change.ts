/**
 * When a leaf could turn by the passing of time alone. The reference evaluator runs and notes every place where the
 * clock was asked: until one of these answers changes, the evaluation goes the same way and ends the same.
 */
import { isUtc, nextTransition } from './calendar.ts';
import { Evaluator } from './evaluate/index.ts';
import type { Bindings, EvaluationContext } from './evaluate/index.ts';
import type { Data, DataObject } from './evaluate/values.ts';
import { usesOfValue } from './plan/free.ts';
import { testOfLeaf } from './plan/leaf-test.ts';
import type { Leaf } from './plan.ts';
import { parseTime } from './time.ts';
import type { Test, Value } from './term.ts';

/** Changes of single answers that are followed until the leaf itself turns; then the last of them is good enough. */
const MAX_STEPS = 100;
/** Epoch ms, about the year 250,000: what has not changed by then never will. */
const HORIZON = 8e15;
/** More than twice as far as any wall clock ever jumps, in ms. */
const JUMP = 3 * 86_400_000;

/**
 * The earliest instant after `context.now` at which the leaf has turned for this profile, if no event and no attribute
 * comes; null if never. After many changes that do not turn it, an instant before which it surely does not turn.
 */
export function nextChange(leaf: Leaf, document: DataObject, context: EvaluationContext): number | null {
  const test = testOfLeaf(leaf);
  const start = new Map<number, Data>([[0, document]]);
  let now = context.now;
  let before: boolean | null = null;
  for (let step = 0; step < MAX_STEPS; step++) {
    const watch = new Watch(document, { ...context, now });
    const holds = watch.test(test, start);
    before ??= holds;
    if (holds !== before) return now;
    if (watch.next === Infinity) return null;
    now = watch.next;
  }
  return now;
}

class Watch extends Evaluator {
  /** The earliest instant at which some answer of the clock changes. */
  next = Infinity;
  readonly #context: EvaluationContext;
  /** Inside of what is watched as a whole already. */
  #within = 0;

  constructor(document: DataObject, context: EvaluationContext) {
    super(document, context);
    this.#context = context;
  }

  override test(test: Test, bound: Bindings): boolean {
    if (this.#within > 0 || test.op !== 'compare' || test.as === 'list') return super.test(test, bound);
    // With one side unknown whatever the time, nothing depends on the other.
    if ([test.left, test.right].some((side) => !usesClock(side) && this.value(side, bound) === null)) return false;
    if (test.as !== 'time') return super.test(test, bound);
    const clock = isClock(test.right) ? test.right : isClock(test.left) ? test.left : null;
    const other = clock === test.right ? test.left : test.right;
    if (clock === null || usesClock(other)) return super.test(test, bound);
    const time = parseTime(this.value(other, bound));
    if (time !== null) this.#passes(clock, time);
    return this.#inside(() => super.test(test, bound));
  }

  override value(value: Value, bound: Bindings): Data {
    if (this.#within > 0) return super.value(value, bound);
    // A part of a date changes with the unit it counts.
    const clock: Value = value.op === 'datePart' ? { op: 'startOf', unit: value.part, value: value.value, type: value.type } : value;
    if (!isClock(clock)) return super.value(value, bound);
    // What is not cut to a unit is another value with every millisecond; nothing is sooner than that.
    if (isFine(clock)) this.next = Math.min(this.next, this.#context.now + 1);
    else this.#watch(clock, (instant) => instant);
    return this.#inside(() => super.value(value, bound));
  }

  /** Times made of the clock grow with it, so each of them passes another time once; near it the wall clock may jump back. */
  #passes(clock: Value, time: number): void {
    const slack = this.#jumps(clock) ? JUMP : 0;
    const ahead = this.#at(clock, this.#context.now) - time;
    if (slack === 0 || Math.abs(ahead) <= slack) this.#watch(clock, (instant) => Math.sign(instant - time));
    else if (ahead < 0) this.#first(clock, (instant) => Math.sign(instant + slack - time));
  }

  #jumps(clock: Value): boolean {
    return readsWallClock(clock) && !isUtc(this.#context.zone);
  }

  #inside<Result>(evaluated: () => Result): Result {
    this.#within++;
    const result = evaluated();
    this.#within--;
    return result;
  }

  #at(clock: Value, now: number): number {
    return parseTime(new Evaluator({}, { ...this.#context, now }).value(clock, new Map())) ?? Number.NaN;
  }

  /** Notes the first instant at which what `seen` makes of a time changes, or the wall clock jumps. */
  #watch(clock: Value, seen: (instant: number) => number): void {
    const { now, zone } = this.#context;
    if (this.#jumps(clock)) this.next = Math.min(this.next, nextTransition(now, zone) ?? Infinity);
    this.#first(clock, seen);
  }

  /** Notes the first instant at which what `seen` makes of a time changes; once it has, it never changes back. */
  #first(clock: Value, seen: (instant: number) => number): void {
    const { now } = this.#context;
    const first = seen(this.#at(clock, now));
    const changed = (at: number): boolean => !Object.is(seen(this.#at(clock, at)), first);
    let [still, turned] = [now, Math.min(this.next, HORIZON) - 1];
    if (turned <= still || !changed(turned)) return;
    while (turned - still > 1) {
      const middle = Math.floor((still + turned) / 2);
      if (changed(middle)) turned = middle;
      else still = middle;
    }
    this.next = turned;
  }
}

/** Made of the current instant by moving it and going to the start of its unit: never falls while time passes. */
export function isClock(value: Value): boolean {
  if (value.op === 'now') return true;
  return (value.op === 'startOf' || value.op === 'shift') && isClock(value.value);
}

/** Whether a clock changes with every millisecond: none of it goes to the start of a unit. */
function isFine(clock: Value): boolean {
  return clock.op === 'now' || (clock.op === 'shift' && ELAPSED.has(clock.unit) && isFine(clock.value));
}

export function readsWallClock(value: Value): boolean {
  return (
    (value.op === 'startOf' || value.op === 'shift') && (value.op === 'startOf' || !ELAPSED.has(value.unit) || readsWallClock(value.value))
  );
}

const ELAPSED: ReadonlySet<string> = new Set(['millisecond', 'second', 'minute', 'hour']);

const clocks = new WeakMap<Value, boolean>();

/** Whether a value depends on the clock; asked again for every event, so remembered. */
function usesClock(value: Value): boolean {
  const known = clocks.get(value) ?? usesOfValue(value).clock;
  clocks.set(value, known);
  return known;
}
