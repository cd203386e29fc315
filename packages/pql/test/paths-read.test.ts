/** Which fields a rule reads. */
import { expect, it } from 'vitest';
import { pathsRead } from '../src/index.ts';
import { planFor } from './support/schema.ts';

it.each([
  ['person.birthDate.isNotNull() and vip = true', ['person.birthDate', 'vip']],
  ['xEvent[eventType = "view" and timestamp occurs today].count() > 1', ['xEvent.eventType', 'xEvent.timestamp']],
  ['select E from xEvent where E.eventType = "buy"', ['xEvent.eventType']],
  ['chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "buy")])', ['xEvent.eventType']],
  ['inSegment("a")', []],
])('of %s', (text, paths) => {
  expect(pathsRead(planFor(text).test)).toEqual(paths);
});
