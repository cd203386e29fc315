/** What would bring somebody in. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, testOfLeaf, waysIn } from '../src/index.ts';
import type { DataObject, Logic } from '../src/index.ts';
import { arbitraryProfile, arbitraryQuery } from './support/arbitrary-query.ts';
import { event, planFor, utc } from './support/schema.ts';

const missing = (text: string, document: DataObject = {}): readonly (readonly string[])[] =>
  waysIn(planFor(text), document, utc).map(({ sentences }) => sentences);
const buys = { loyalty: { level: 'silver' }, visits: 2, xEvent: [event('buy', { days: 3 }, { commerce: { order: { priceTotal: 60 } } })] };

describe('what is missing', () => {
  it.each([
    ['loyalty.level = "gold"', 'loyalty.level must be "gold", is "silver"'],
    ['not (loyalty.level = "silver")', 'loyalty.level must not be "silver", is "silver"'],
    ['loyalty.level != "silver"', 'loyalty.level must not be "silver", is "silver"'],
    ['level.startsWith("g")', 'level must start with "g", is not known'],
    ['loyalty.level.contains("old")', 'loyalty.level must contain "old", is "silver"'],
    ['visits >= 5', 'visits must be at least 5, is 2'],
    ['vip', 'vip must be true, is not known'],
    ['signup.isNotNull()', 'signup must be known, is not known'],
    ['xEvent[eventType = "buy"].count() >= 2', '1 more event of type "buy", has 1 of 2'],
    [
      'xEvent[eventType = "view" and timestamp occurs <= 30 days before now].count() >= 3',
      '3 more events of type "view" in the last 30 days, has 0 of 3',
    ],
    ['not xEvent[eventType = "buy"]', 'must have no more than 0 events of type "buy", has 1'],
    [
      'xEvent[eventType = "buy"].sum(commerce.order.priceTotal) > 100',
      'the sum of commerce.order.priceTotal over events of type "buy" must be more than 100, is 60',
    ],
    [
      'chain(xEvent, timestamp, [A: WHAT(eventType = "buy"), B: WHAT(eventType = "view")])',
      'an event of type "view" after an event of type "buy", 1 of 2 steps so far',
    ],
    ['inSegment("vips")', 'must be a member of the audience "vips"'],
    ['carts[total > 3]', 'must hold: one of carts has (total is more than 3)'],
  ])('%s: %s', (text, sentence) => {
    expect(missing(text, buys)).toEqual([[sentence]]);
  });

  it('is the least of what would do, the alternatives apart', () => {
    expect(missing('loyalty.level = "gold" and visits >= 5', buys)).toEqual([
      ['loyalty.level must be "gold", is "silver"', 'visits must be at least 5, is 2'],
    ]);
    expect(missing('(loyalty.level = "gold" and visits >= 5) or level = "x" or vip', buys)).toEqual([
      ['level must be "x", is not known'],
      ['vip must be true, is not known'],
    ]);
    expect(missing('visits = 2', buys)).toEqual([]);
    expect(missing('false', buys)).toEqual([]);
  });

  it('would bring in, and nothing less would', () => {
    const holds = (logic: Logic, truths: ReadonlyMap<string, boolean>): boolean => {
      if (logic.op === 'constant') return logic.value;
      if (logic.op === 'leaf') return truths.get(logic.hash) === true;
      if (logic.op === 'not') return !holds(logic.term, truths);
      return logic.op === 'and' ? logic.terms.every((term) => holds(term, truths)) : logic.terms.some((term) => holds(term, truths));
    };
    let found = 0;
    fc.assert(
      fc.property(arbitraryQuery, arbitraryProfile, (text, document) => {
        const plan = planFor(text);
        const hashes = Object.keys(plan.leaves);
        if (hashes.length > 8) return;
        const truths = new Map(Object.entries(plan.leaves).map(([hash, leaf]) => [hash, evaluate(testOfLeaf(leaf), document, utc)]));
        const flipped = (changed: readonly string[]): boolean =>
          holds(plan.root, new Map([...truths].map(([hash, truth]) => [hash, changed.includes(hash) ? !truth : truth])));
        const sets = Array.from({ length: 2 ** hashes.length }, (_, bits) => hashes.filter((__, at) => (bits >> at) % 2 === 1));
        const least = Math.min(...sets.filter(flipped).map((set) => set.length));
        const ways = waysIn(plan, document, utc);
        expect(ways.length > 0).toBe(least > 0 && least < Infinity);
        for (const { leaves, sentences } of ways) {
          found++;
          expect([leaves.length, sentences.length, flipped(leaves)]).toEqual([least, least, true]);
        }
      }),
      { numRuns: 500 },
    );
    expect(found).toBeGreaterThan(50);
  });
});
