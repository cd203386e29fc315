/** When a leaf could turn by time alone. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, nextChange, testOfLeaf } from '../src/index.ts';
import type { DataObject } from '../src/index.ts';
import { arbitraryProfile, arbitraryQuery } from './support/arbitrary-query.ts';
import { event, NOW, planFor, utc } from './support/schema.ts';

const DAY = 86_400_000;

function next(text: string, document: DataObject, context = utc): string | null {
  const leaves = Object.values(planFor(text).leaves).map((leaf) => nextChange(leaf, document, context));
  const known = leaves.filter((each) => each !== null);
  return known.length === 0 ? null : new Date(Math.min(...known)).toISOString();
}

const shop: DataObject = {
  signup: '2024-03-01T00:00:00Z',
  person: { birthDate: '1990-03-20' },
  xEvent: [event('view', { days: 3 }), event('view', { days: 10 }), event('buy', { hours: 1 })],
};

describe('the next change of a leaf', () => {
  it.each([
    // 14 March 2024, 15:09:26.535; a view 3 days ago leaves a window of 7 days after 4 more.
    ['xEvent[eventType = "view" and timestamp occurs <= 7 days before now]', '2024-03-18T15:09:26.536Z'],
    ['xEvent[eventType = "view" and timestamp occurs < 7 days before now]', '2024-03-18T15:09:26.535Z'],
    ['xEvent[eventType = "view" and timestamp occurs > 7 days before now]', null],
    ['xEvent[eventType = "buy" and timestamp occurs today]', '2024-03-15T00:00:00.000Z'],
    ['xEvent[eventType = "buy" and timestamp occurs yesterday]', '2024-03-15T00:00:00.000Z'],
    ['xEvent[eventType = "buy" and timestamp occurs last month]', '2024-04-01T00:00:00.000Z'],
    ['xEvent[timestamp occurs <= 7 days before now].count() >= 2', '2024-03-18T15:09:26.536Z'],
    ['xEvent[eventType = "buy"]', null],
    ['level = "gold"', null],
    ['signup occurs <= 1 month before now', '2024-04-01T00:00:00.001Z'],
    ['signup occurs before now', null],
    ['signup > now', null],
    ['person.birthDate.getMonth() = currentMonth()', '2024-04-01T00:00:00.000Z'],
    ['currentDayOfMonth() = 31', '2024-03-31T00:00:00.000Z'],
    ['currentYear() = 2024', '2025-01-01T00:00:00.000Z'],
    ['tomorrow.getMonth() = 4', '2024-03-31T00:00:00.000Z'],
    ['signup occurs before date(currentYear(), 1, 1)', '2025-01-01T00:00:00.000Z'],
    [
      'chain(xEvent, timestamp, [A: WHAT(eventType = "view") WHEN(<= 7 days before now), B: WHAT(eventType = "buy")])',
      '2024-03-18T15:09:26.536Z',
    ],
    ['inSegment("a")', null],
  ] as const)('%s: %s', (text, expected) => {
    expect(next(text, shop)).toBe(expected);
  });

  it('knows that days are shorter where clocks jump', () => {
    const context = { now: Date.UTC(2024, 2, 9, 12), zone: 'America/New_York' };
    const document = { xEvent: [{ timestamp: '2024-03-08T17:00:00Z', eventType: 'a' }] };
    // Noon of the 8th, New York; at noon of the 10th, two calendar days later, only 47 hours have passed.
    expect(
      nextChange(Object.values(planFor('xEvent[timestamp occurs < 2 days before now]').leaves)[0] ?? expect.fail(), document, context),
    ).toBe(Date.UTC(2024, 2, 10, 16));
  });

  it('is exact: nothing turns before it, and there the leaf has turned, but for what changes without end', () => {
    const zone = fc.constantFrom('UTC', 'UTC', 'America/New_York', 'Asia/Kolkata');
    const now = fc.constantFrom(NOW, Date.UTC(2024, 2, 14), Date.UTC(2024, 2, 9, 20));
    const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
    let [turned, given] = [0, 0];
    fc.assert(
      fc.property(arbitraryQuery, arbitraryProfile, fc.record({ now, zone }), parts, (text, document, context, places) => {
        for (const leaf of Object.values(planFor(text).leaves)) {
          const test = testOfLeaf(leaf);
          const at = (instant: number): boolean => evaluate(test, document, { ...context, now: instant });
          const before = at(context.now);
          const change = nextChange(leaf, document, context);
          const until = change ?? context.now + 400 * DAY;
          for (const instant of [until - 1, ...places.map((place) => Math.floor(context.now + place * (until - 1 - context.now)))])
            expect(at(instant), `${text} ${JSON.stringify(document)} ${instant}`).toBe(before);
          if (change === null) continue;
          if (at(change) === before) given++;
          else turned++;
        }
      }),
      { numRuns: 3000 },
    );
    expect(turned).toBeGreaterThan(40);
    // Given up after many changes: a day of the month that is the month, now and then.
    expect(given).toBeLessThan(turned / 4);
  });

  it('of a profile with a thousand events is found at once', () => {
    const xEvent = Array.from({ length: 1000 }, (_, index) => event('view', { hours: index }));
    expect(next('xEvent[timestamp occurs <= 60 days before now].count() >= 990', { xEvent })).toBe('2024-04-02T10:09:26.536Z');
  });
});
