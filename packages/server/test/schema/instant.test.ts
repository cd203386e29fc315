import { expect, test } from 'vitest';
import { parseDate, parseInstant, storable } from '../../src/schema/index.ts';

test.each(['0026-01-05T10:11:12Z', '0026-01-05T10:11:12+01:00', '1899-12-31T23:59:59Z', '2300-01-01T00:00:00Z'])(
  '%s is an instant, and none that can be stored',
  (text) => {
    expect(new Date(parseInstant(text)).getUTCFullYear()).toBe(Number(text.slice(0, 4)));
    expect(storable(parseInstant(text))).toBe(false);
  },
);

test('the first year is no year of the last century', () => {
  expect(new Date(parseDate('0026-01-05')).getUTCFullYear()).toBe(26);
  expect(storable(parseInstant('1926-01-05T10:11:12Z'))).toBe(true);
});
