/** Visitors of the demo shop who are there now: visits of the past year, lived through once more by the same people. */
import { MINUTE } from './calendar.ts';
import { demoShop } from './demo-shop.ts';
import { Random } from './random.ts';
import type { Fields } from './records.ts';

export interface DemoTrafficOptions {
  /** Of the shop that is there already; default 1. */
  readonly seed?: number;
  /** As many visitors as that shop has; default 50,000. */
  readonly profiles?: number;
  /** Another run has events of its own. Also the seed of who comes. */
  readonly run: number;
  /** Now, epoch ms. */
  readonly clock: () => number;
}

/** Visits that go on at the same time. */
const AT_ONCE = 50;
/** A longer silence ends a visit, in ms. */
const SILENCE = 30 * MINUTE;

/** One event after another, each stamped with the instant at which it is taken. Without end. */
export function* demoTraffic({ seed = 1, profiles = 50_000, run, clock }: DemoTrafficOptions): Generator<Fields, never, undefined> {
  const random = new Random(run, 0);
  const begin = (): Fields[] => {
    for (;;) {
      const visit = visitOf(random, { seed, number: Math.floor(random.between(0, profiles)), end: clock() });
      if (visit.length > 0) return visit;
    }
  };
  const visits = Array.from({ length: AT_ONCE }, begin);
  for (let position = 0; ; position += 1) {
    const at = Math.floor(random.between(0, AT_ONCE));
    if (visits[at]?.length === 0) visits[at] = begin();
    const event = visits[at]?.shift();
    if (event === undefined) throw new RangeError('a visit has an event');
    yield { ...movedTo(event, clock()), _id: `demo-traffic-${run}-${position}` };
  }
}

/** The events of one visit of a visitor, oldest first; none when the visitor never came. */
function visitOf(
  random: Random,
  { seed, number, end }: { readonly seed: number; readonly number: number; readonly end: number },
): Fields[] {
  const events = [...demoShop({ seed, end, from: number, to: number + 1 })].flatMap(({ kind, record }) =>
    kind === 'event' ? [record] : [],
  );
  let from = Math.floor(random.between(0, events.length));
  let to = from + 1;
  const gap = (at: number): number => timeOf(events[at]) - timeOf(events[at - 1]);
  while (from > 0 && gap(from) <= SILENCE) from -= 1;
  while (to < events.length && gap(to) <= SILENCE) to += 1;
  return events.slice(from, to);
}

function timeOf(event: Fields | undefined): number {
  const timestamp = event?.['timestamp'];
  return typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u;

/** The event at another instant; the other instants in it keep their distance. */
function movedTo(event: Fields, now: number): Fields {
  const by = now - timeOf(event);
  const move = (_: string, value: unknown): unknown =>
    typeof value === 'string' && INSTANT.test(value) ? new Date(Date.parse(value) + by).toISOString() : value;
  return JSON.parse(JSON.stringify(event), move) as Fields;
}
