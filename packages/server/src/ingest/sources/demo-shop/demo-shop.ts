/**
 * The demo shop: a sports and outdoor shop that never was, its visitors and a year of what they did.
 * A stream: memory holds one visitor at a time.
 */
import { calendarOf } from './calendar.ts';
import { profileRecord } from './profile-record.ts';
import type { DemoRecord } from './records.ts';
import { simulateVisitor } from './simulate.ts';

export interface DemoShopOptions {
  /** The first instant after the data ("now"), epoch ms. */
  readonly end: number;
  /** Another seed is another shop year. Default 1. */
  readonly seed?: number;
  /** How many visitors, customers and unknown devices together. Default 50,000, which makes about 2 million events. */
  readonly profiles?: number;
  /** Length of the history. Default 365. */
  readonly days?: number;
  /** The part of the visitors to make, `from` included (default 0), `to` not (default `profiles`). */
  readonly from?: number;
  readonly to?: number;
}

/**
 * Visitor by visitor: the profile record of a customer (unknown devices have none), then the events, oldest first.
 * The same options give the same documents, byte for byte; a visitor depends on `seed`, `end`, `days` and its
 * number only, so parts made apart join to the whole.
 */
export function* demoShop(options: DemoShopOptions): Generator<DemoRecord, void, undefined> {
  const { end, seed = 1, profiles = 50_000, days = 365, from = 0, to = profiles } = options;
  const calendar = calendarOf(end, days);
  for (let number = from; number < to; number += 1) {
    const shopper = simulateVisitor(seed, number, calendar);
    const { customer } = shopper.visitor;
    if (customer) yield profileRecord(shopper, customer);
    yield* shopper.history.within(calendar.start, calendar.end, `demo-${seed}-${number + 1}-`);
  }
}
