/** Which evaluation methods a rule is eligible for. */
import { describe, expect, it } from 'vitest';
import { methodsOf } from '../src/index.ts';
import { planFor } from './support/schema.ts';

const reasons = (text: string, ...isProfileOnly: Parameters<typeof methodsOf> extends [unknown, ...infer Rest] ? Rest : never): unknown => {
  const { batch, streaming, edge } = methodsOf(planFor(text), ...isProfileOnly);
  expect(batch).toEqual({ eligible: true, reasons: [] });
  for (const each of [streaming, edge]) expect(each.eligible).toBe(each.reasons.length === 0);
  return [streaming, edge].map((each) => each.reasons.map(({ code }) => code).join(' '));
};

const within = 'timestamp occurs <= 24 hours before now';
const chain = (steps: string): string => `chain(xEvent, timestamp, [${steps}])`;

describe('evaluation methods', () => {
  it.each([
    ['level = "gold"', '', ''],
    ['signup occurs <= 30 days before now', '', ''],
    [`xEvent[eventType = "view" and ${within}]`, '', ''],
    [`xEvent[eventType = "view" and ${within}] and level = "gold"`, '', ''],
    ['xEvent[eventType = "view" and timestamp occurs today]', '', ''],
    ['xEvent[eventType = "view" and timestamp occurs yesterday]', 'window-too-long', 'window-too-long'],
    ['xEvent[eventType = "view"]', 'window-too-long', 'window-too-long'],
    ['xEvent[eventType = "view" and timestamp occurs <= 7 days before now]', 'window-too-long', 'window-too-long'],
    ['xEvent[eventType = "view" and timestamp occurs after date(2024, 1, 1)]', 'window-too-long', 'window-too-long'],
    [`xEvent[eventType = "view" and ${within}].count() >= 3`, '', 'several-events'],
    [`xEvent[${within}].sum(commerce.order.priceTotal) > 3`, 'events-aggregated', 'events-aggregated several-events'],
    [chain('A: WHAT(eventType = "view") WHEN(<= 24 hours before now), B: WHAT(eventType = "buy") WHEN(today)'), '', 'several-events'],
    [
      chain(
        'A: WHAT(eventType = "view") WHEN(<= 24 hours before now), N: NOT WHAT(eventType = "x"), B: WHAT(eventType = "buy") WHEN(today)',
      ),
      '',
      'several-events',
    ],
    [chain('A: WHAT(eventType = "view"), B: WHAT(eventType = "buy") WHEN(today)'), 'window-too-long', 'window-too-long several-events'],
    [`not (xEvent[eventType = "view" and ${within}])`, 'events-negated', 'events-negated'],
    [`xEvent[eventType = "view" and ${within}].count() < 3`, 'events-negated', 'events-negated several-events'],
    [`xEvent[eventType = "view" and ${within}] and xEvent[eventType = "buy" and ${within}]`, 'events-not-ordered', 'several-events'],
    [`xEvent[commerce.order.priceTotal > ^.minSpend and ${within}]`, '', ''],
    ['xEvent[commerce.order.priceTotal > ^.minSpend]', 'window-too-long', 'window-too-long'],
    ['xEvent.groupBy(channel).count() > 1', 'events-as-a-whole', 'events-as-a-whole'],
    ['person.birthDate.getMonth() = currentMonth()', 'year-ignored', 'year-ignored'],
    ['person.birthDate.getYear() = currentYear()', '', ''],
    ['currentMonth() = 12', '', ''],
    ['inSegment("a")', '', ''],
    ['inSegment("a") and level = "gold"', '', ''],
    [`inSegment("a") and xEvent[${within}]`, 'audience-and-events', 'audience-and-events'],
    [
      'segmentMembership.get("AAMSegments").get("1").status in ["realized", "existing"]',
      'audience-of-audience-manager',
      'audience-of-audience-manager',
    ],
  ])('%s streams: %j, runs at the edge: %j', (text, streaming, edge) => {
    expect(reasons(text)).toEqual([streaming, edge]);
  });

  it('events may stand beside audiences of attributes alone', () => {
    const text = `inSegment("a") and xEvent[${within}]`;
    expect(reasons(text, (namespace, id) => namespace === 'ups' && id === 'a')).toEqual(['', '']);
  });
});
