/** Ordered sequences: `chain(…)`. */
import { describe, expect, it } from 'vitest';
import type { DataObject } from '../src/index.ts';
import { event, holds, NOW, planFor } from './support/schema.ts';

/** Events written as `type@hours ago`, for example `view@5 buy@3`. */
const journey = (text: string): DataObject => ({
  xEvent: text
    .split(' ')
    .filter(Boolean)
    .map((each) => {
      const [type = '', hours = '0'] = each.split('@');
      return event(type, { hours: Number(hours) });
    }),
});
const chain = (steps: string): string => `chain(xEvent, timestamp, [${steps}])`;
const A = 'A: WHAT(eventType = "a")';
const B = 'B: WHAT(eventType = "b")';
const C = 'C: WHAT(eventType = "c")';
const NO_X = 'X: NOT WHAT(eventType = "x")';

const TABLE: readonly (readonly [steps: string, events: string, expected: boolean])[] = [
  // one step is an event
  [A, 'a@1', true],
  [A, 'b@1', false],
  [A, '', false],
  // order, whatever order the events are stored in
  [`${A}, ${B}`, 'a@2 b@1', true],
  [`${A}, ${B}`, 'b@1 a@2', true],
  [`${A}, ${B}`, 'b@2 a@1', false],
  [`${A}, ${B}`, 'b@3 a@2 b@1', true],
  [`${A}, ${B}`, 'a@1 b@1', false],
  [`${A}, ${B}, ${C}`, 'a@3 b@2 c@1', true],
  [`${A}, ${B}, ${C}`, 'a@3 c@2 b@1', false],
  [`${A}, ${B}, ${C}`, 'c@5 b@4 a@3 b@2 c@1', true],
  // one event serves one step
  ['P: WHAT(eventType = "a"), Q: WHAT(eventType = "a")', 'a@1', false],
  ['P: WHAT(eventType = "a"), Q: WHAT(eventType = "a")', 'a@2 a@1', true],
  // COUNT: the nth event completes the step
  [`${A} COUNT(2)`, 'a@1', false],
  [`${A} COUNT(2)`, 'a@2 a@1', true],
  [`${A} COUNT(2)`, 'a@1 a@1', true],
  [`${A} COUNT(2), ${B}`, 'a@3 b@2 a@1', false],
  [`${A} COUNT(2), ${B}`, 'a@3 a@2 b@1', true],
  [`${A}, ${B} COUNT(2)`, 'b@4 a@3 b@2', false],
  [`${A}, ${B} COUNT(2)`, 'a@3 b@2 b@1', true],
  // gaps to an earlier step
  [`${A}, ${B} WHEN(<= 2 hours after A)`, 'a@5 b@3', true],
  [`${A}, ${B} WHEN(<= 2 hours after A)`, 'a@5 b@2', false],
  [`${A}, ${B} WHEN(< 2 hours after A)`, 'a@5 b@3', false],
  [`${A}, ${B} WHEN(>= 2 hours after A)`, 'a@5 b@4', false],
  [`${A}, ${B} WHEN(>= 2 hours after A)`, 'a@5 b@3', true],
  [`${A}, ${B} WHEN(> 1 hour after A and <= 3 hours after A)`, 'a@9 b@6', true],
  [`${A}, ${B} WHEN(> 1 hour after A and <= 3 hours after A)`, 'a@9 b@8', false],
  // a later first event may do where the earliest does not
  [`${A}, ${B} WHEN(<= 2 hours after A)`, 'a@9 a@4 b@3', true],
  [`${A}, ${B}, ${C} WHEN(<= 2 hours after A)`, 'a@9 b@8 a@5 b@4 c@3', true],
  [`${A}, ${B}, ${C} WHEN(<= 2 hours after A)`, 'a@9 b@8 a@5 c@3', false],
  [`${A} WHEN(<= 1 day before now), ${B}`, 'a@30 b@1', false],
  [`${A} WHEN(<= 1 day before now), ${B}`, 'a@20 b@1', true],
  // a negated step between, at the end, at the beginning
  [`${A}, ${NO_X}, ${B}`, 'a@3 b@1', true],
  [`${A}, ${NO_X}, ${B}`, 'a@3 x@2 b@1', false],
  [`${A}, ${NO_X}, ${B}`, 'a@5 x@4 a@3 b@1', true],
  [`${A}, ${NO_X}, ${B}`, 'x@4 a@3 b@2 x@1', true],
  [`${A}, ${NO_X}, ${B}`, 'a@3 x@3 b@1', true],
  [`${A}, ${NO_X}`, 'a@2', true],
  [`${A}, ${NO_X}`, 'a@2 x@1', false],
  [`${A}, ${NO_X}`, 'x@3 a@2', true],
  [`${A}, ${NO_X}`, 'a@5 x@4 a@2', true],
  [`${NO_X}, ${A}`, 'x@3 a@2', false],
  [`${NO_X}, ${A}`, 'a@2 x@1', true],
  [`${NO_X}, ${A}`, '', false],
  [NO_X, '', true],
  [NO_X, 'a@1', true],
  [NO_X, 'x@1', false],
  [`${A}, ${NO_X} WHEN(<= 2 hours after A)`, 'a@5 x@1', true],
  [`${A}, ${NO_X} WHEN(<= 2 hours after A)`, 'a@5 x@4', false],
  [`${A}, ${NO_X}, Y: NOT WHAT(eventType = "y"), ${B}`, 'a@4 y@2 b@1', false],
  [`${A}, ${NO_X}, Y: NOT WHAT(eventType = "y"), ${B}`, 'a@4 z@2 b@1', true],
];

describe('a chain', () => {
  it.each(TABLE)('of %s in %j: %s', (steps, events, expected) => {
    expect(holds(chain(steps), journey(events))).toBe(expected);
  });

  it('sees the fields of its event, of earlier steps and, with ^, of the profile', () => {
    const xEvent = [event('a', { hours: 3 }, { channel: 'web' }), event('b', { hours: 1 }, { channel: 'web' })];
    expect(holds(chain(`${A}, B: WHAT(eventType = "b" and channel = A.channel)`), { xEvent })).toBe(true);
    expect(holds(chain(`${A}, B: WHAT(eventType = "b" and channel != A.channel)`), { xEvent })).toBe(false);
    expect(holds(chain('A: WHAT(channel = ^.level)'), { xEvent, level: 'web' })).toBe(true);
    expect(holds(chain('A: WHAT(channel = profile.level)'), { xEvent, level: 'app' })).toBe(false);
  });

  it('runs over chosen events only', () => {
    const text = 'chain(xEvent[channel = "web"], timestamp, [A: WHAT(eventType = "a"), B: WHAT(eventType = "b")])';
    const events = (channel: string): DataObject => ({
      xEvent: [event('a', { hours: 2 }, { channel: 'web' }), event('b', { hours: 1 }, { channel })],
    });
    expect(holds(text, events('web'))).toBe(true);
    expect(holds(text, events('app'))).toBe(false);
  });

  it('leaves events without a timestamp out', () => {
    expect(holds(chain(`${A}, ${B}`), { xEvent: [{ eventType: 'a' }, event('b')] })).toBe(false);
  });

  it('joins WHAT and WHERE', () => {
    const xEvent = [event('a', { hours: 1 }, { channel: 'web' })];
    expect(holds(chain(`${A} WHERE(channel = "web")`), { xEvent })).toBe(true);
    expect(holds(chain(`${A} WHERE(channel = "app")`), { xEvent })).toBe(false);
  });

  it('is found within its time words relative to the clock', () => {
    expect(holds(chain(`${A} WHEN(today)`), { xEvent: [{ eventType: 'a', timestamp: NOW - 15 * 3_600_000 }] })).toBe(true);
    expect(holds(chain(`${A} WHEN(today)`), { xEvent: [{ eventType: 'a', timestamp: NOW - 16 * 3_600_000 }] })).toBe(false);
  });

  it('of one step is planned as an event leaf, of several as a sequence leaf', () => {
    const kinds = (steps: string): readonly string[] => Object.values(planFor(chain(steps)).leaves).map((leaf) => leaf.kind);
    expect(kinds(`${A} COUNT(3) WHEN(<= 7 days before now)`)).toEqual(['event']);
    expect(kinds(`${A}, ${B}`)).toEqual(['sequence']);
    expect(kinds(`${A}, ${NO_X}`)).toEqual(['sequence']);
    expect(kinds('A: WHAT(channel = ^.level), B: WHAT(eventType = "b")')).toEqual(['general']);
  });
});

describe('a long history', () => {
  it('is searched in a reasonable number of steps even when nothing is found', () => {
    const xEvent = Array.from({ length: 3000 }, (_, index) => event(index % 2 === 0 ? 'a' : 'b', { minutes: index + 1 }));
    expect(holds(chain(`${A}, ${B}, ${C}`), { xEvent })).toBe(false);
    expect(holds(chain(`${A}, ${B}, D: WHAT(eventType = "a"), ${C} WHEN(<= 1 hour after D)`), { xEvent })).toBe(false);
    expect(holds(chain(`${A}, ${B}, D: WHAT(eventType = "a") WHEN(<= 1 hour after B)`), { xEvent })).toBe(true);
  });
});
