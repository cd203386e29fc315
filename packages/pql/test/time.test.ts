import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePlainInstant, parseTime } from '@kindred/pql';

const instant = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) });

test('instants in the form of nearly all events are read without a regular expression, to the same', () => {
  fc.assert(
    fc.property(instant, (at) => {
      const text = new Date(at).toISOString();
      const seconds = Math.floor(at / 1000) * 1000;
      expect([parsePlainInstant(text), parseTime(text), parseTime(`${text.slice(0, -1)}+00:00`)]).toEqual([at, at, at]);
      expect(parsePlainInstant(`${text.slice(0, 19)}Z`)).toBe(seconds);
    }),
  );
});

test.each([
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-32T00:00:00.000Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:60Z',
  '2026-01-01T00:00:0xZ',
])('%s is no instant', (text) => {
  expect([parsePlainInstant(text), parseTime(text)]).toEqual([NaN, null]);
});

test.each(['0026-01-05T10:11:12Z', '2026-01-05T10:11:12+01:00', '2026-01-05', '2026-01-05T10:11Z', '2026-01-05T10:11:12.1234Z'])(
  '%s is left to the general form',
  (text) => {
    expect(parsePlainInstant(text)).toBeNaN();
    expect(parseTime(text)).not.toBeNull();
  },
);
