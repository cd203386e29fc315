import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { HashFilter } from '../../src/profile/hash-filter.ts';

function hashOf(text: string): readonly [number, number] {
  const digest = createHash('sha1').update(text).digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

test('what was added is known, also when it is far more than was expected; what was not is hardly ever taken for known', () => {
  const filter = new HashFilter(1000);
  const count = 300_000;
  let mistaken = 0;
  for (let index = 0; index < count; index++) if (filter.add(...hashOf(`a${index}`))) mistaken++;
  const known = Array.from({ length: count }, (_, index) => filter.add(...hashOf(`a${index}`)));
  expect(known.every(Boolean)).toBe(true);
  for (let index = 0; index < count; index++) if (filter.add(...hashOf(`b${index}`))) mistaken++;
  expect(mistaken).toBeLessThan(20);
  // Four bytes each, and room for as many again.
  expect(filter.bytes).toBeLessThan(2 * count * 4 * 2);
});

test('hashes that differ in one half only are not one', () => {
  const filter = new HashFilter(0);
  expect([filter.add(1, 2), filter.add(1, 2), filter.add(1, 3), filter.add(2, 2)]).toEqual([false, true, false, false]);
});
