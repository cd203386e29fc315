/** Until when the parts of a rule hold: worked out by hand, and for random rules against the reference evaluator. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, why } from '../src/index.ts';
import type { DataObject, PassingContext, Referred, WhyNode } from '../src/index.ts';
import { arbitraryProfile, arbitraryQuery } from './support/arbitrary-query.ts';
import { event, NOW, planFor, utc } from './support/schema.ts';

const DAY = 86_400_000;
const untils = (node: WhyNode): unknown => [
  node.until === null ? null : new Date(node.until).toISOString(),
  ...(node.children.length > 0 ? [node.children.map(untils)] : []),
];
const explain = (text: string, document: DataObject, context: PassingContext = utc): unknown =>
  untils(why(planFor(text), document, context));
const BUY = 'xEvent[eventType = "buy" and timestamp occurs <= 7 days before now]';

describe('until', () => {
  it('is told of every part, and of the whole what is left of them', () => {
    const document = { level: 'gold', xEvent: [event('buy', { days: 3 }), event('view', { hours: 1 })] };
    expect(explain(`${BUY} and level = "gold"`, document)).toEqual(['2024-03-18T15:09:26.536Z', [['2024-03-18T15:09:26.536Z'], [null]]]);
    // While one says no for good, the other does not matter.
    expect(explain(`${BUY} and level = "iron"`, document)).toEqual([null, [['2024-03-18T15:09:26.536Z'], [null]]]);
    expect(explain(`not ${BUY}`, document)).toEqual(['2024-03-18T15:09:26.536Z', [['2024-03-18T15:09:26.536Z']]]);
    // The one ends on the 15th, the other holds until the 18th.
    expect(explain(`xEvent[eventType = "view" and timestamp occurs today] or ${BUY}`, document)).toEqual([
      '2024-03-18T15:09:26.536Z',
      [['2024-03-15T00:00:00.000Z'], ['2024-03-18T15:09:26.536Z']],
    ]);
  });

  it('goes through audiences of audiences, and lists that end', () => {
    const document = { xEvent: [event('buy', { days: 3 })] };
    const audiences: Record<string, Referred> = {
      recent: { plan: planFor(BUY), document },
      list: { holds: true, until: NOW + DAY },
      unknown: { holds: false, until: null },
    };
    const context: PassingContext = { ...utc, referred: (_, id) => audiences[id] };
    expect(explain('inSegment("recent")', document, context)).toEqual(['2024-03-18T15:09:26.536Z']);
    expect(explain('inSegment("list") and not inSegment("recent")', document, context)).toEqual([
      null,
      [['2024-03-15T15:09:26.535Z'], ['2024-03-18T15:09:26.536Z', [['2024-03-18T15:09:26.536Z']]]],
    ]);
    expect(explain('inSegment("list") or inSegment("recent")', document, context)).toMatchObject([
      '2024-03-18T15:09:26.536Z',
      [['2024-03-15T15:09:26.535Z'], ['2024-03-18T15:09:26.536Z']],
    ]);
    expect(explain('inSegment("unknown") or inSegment("nobody")', document, context)).toEqual([null, [[null], [null]]]);
  });

  it('is the very instant at which the reference evaluator changes its mind', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York');
    const recent = planFor('not xEvent[timestamp occurs <= 3 days before now]');
    let turned = 0;
    fc.assert(
      fc.property(
        arbitraryQuery,
        arbitraryProfile,
        zone,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (text, document, where, places) => {
          const plan = planFor(text);
          const asked = { zone: where, isMember: () => false };
          const holdsAt = (now: number): boolean => {
            const member = evaluate(recent.test, document, { ...asked, now });
            return evaluate(plan.test, document, { ...asked, now, isMember: () => member });
          };
          const node = why(plan, document, { zone: where, now: NOW, referred: () => ({ plan: recent, document }) });
          expect(node.holds).toBe(holdsAt(NOW));
          const end = node.until ?? NOW + 3000 * DAY;
          const between = [...places, 1 / 3, 1 - 1e-6].map((place) => Math.floor(NOW + place * (end - 1 - NOW)));
          for (const at of [...between, end - 1]) expect([at, holdsAt(at)]).toEqual([at, node.holds]);
          if (node.until === null || !node.exact) return;
          turned++;
          expect(holdsAt(node.until)).toBe(!node.holds);
        },
      ),
      { numRuns: 400 },
    );
    expect(turned).toBeGreaterThan(3);
  });
});
