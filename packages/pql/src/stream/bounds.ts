/** Bounds of windows as functions of the clock, and when the clock carries one of them past an instant. */
import { isUtc } from '../calendar.ts';
import { resolveInstant } from '../evaluate/index.ts';
import { isClock, readsWallClock } from '../next-change.ts';
import { isConstant, usesOfValue } from '../plan/free.ts';
import type { Bound } from '../plan.ts';
import type { Value } from '../term.ts';

/** Epoch ms, as in next-change.ts: what has not changed by then never will. */
const HORIZON = 8e15;

/** A bound that never falls while time passes; epoch ms throughout. */
export interface MovingBound {
  readonly inclusive: boolean;
  /** Where it stands; NaN when it has no instant, which no event satisfies. */
  readonly at: (now: number) => number;
  /** The first instant after `now` when the bound is at `time` or beyond, or strictly beyond it; Infinity: never. */
  readonly reaches: (time: number, strictly: boolean, now: number) => number;
}

/** Null for what is not sure to move in one direction only; such leaves are decided by the reference evaluator. */
export function movingBound({ at, inclusive }: Bound, zone: string): MovingBound | null {
  if (!isConstant(at)) return null;
  if (!usesOfValue(at).clock) {
    const instant = resolveInstant(at, { now: 0, zone }) ?? Number.NaN;
    return { inclusive, at: () => instant, reaches: () => Infinity };
  }
  if (!isClock(at) || (readsWallClock(at) && !isUtc(zone))) return null;
  const offset = offsetOf(at);
  return offset === null || Math.abs(offset) > 1e15 ? calendarBound(at, inclusive, zone) : rollingBound(offset, inclusive);
}

function rollingBound(offset: number, inclusive: boolean): MovingBound {
  return { inclusive, at: (now) => now + offset, reaches: (time, strictly) => time - offset + (strictly ? 1 : 0) };
}

function calendarBound(value: Value, inclusive: boolean, zone: string): MovingBound {
  const at = (now: number): number => resolveInstant(value, { now, zone }) ?? Number.NaN;
  return {
    inclusive,
    at,
    reaches: (time, strictly, now) => {
      const reached = (instant: number): boolean => (strictly ? at(instant) > time : at(instant) >= time);
      let [still, turned] = [now, HORIZON];
      if (!reached(turned)) return Infinity;
      while (turned - still > 1) {
        const middle = Math.floor((still + turned) / 2);
        if (reached(middle)) turned = middle;
        else still = middle;
      }
      return turned;
    },
  };
}

const ELAPSED_MS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  // Calendar units, but only asked for where every day has 24 hours.
  day: 86_400_000,
  week: 604_800_000,
};

/** How far from the clock a time of elapsed units stands; null for calendar words. */
function offsetOf(value: Value): number | null {
  if (value.op === 'now') return 0;
  if (value.op !== 'shift') return null;
  const [inner, unit] = [offsetOf(value.value), ELAPSED_MS[value.unit]];
  return inner === null || unit === undefined ? null : inner + value.amount * unit;
}
