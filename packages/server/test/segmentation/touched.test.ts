/** People about whom something came, and what of it counts. */
import { expect, test } from 'vitest';
import { Touched } from '../../src/segmentation/live/touched.ts';

const change = { profiles: [1], revision: 7, eventsOnly: false, named: new Set<number>() };

test('what is told of somebody counts more than that time may have turned them, whichever comes first', () => {
  const touched = new Touched();
  touched.noteTurned([1, 2]);
  touched.note(change);
  touched.noteTurned([1]);
  const { people, everybody } = touched.take();
  expect([everybody, [...people]]).toEqual([
    false,
    [
      [1, { since: 7, attributes: true, anew: false }],
      [2, { since: Infinity, attributes: false, anew: false }],
    ],
  ]);
  expect(touched.peek().people.size).toBe(0);
});
