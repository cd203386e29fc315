import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bitmap, fromState, toState } from '../../src/segmentation/bitmap/index.ts';
import type { TestClickHouse } from '../support/engines.ts';
import { startEngine } from '../support/engines.ts';

/** Sets of every make: few, many, dense blocks, runs, the ends of the range. */
const ordinals: fc.Arbitrary<number[]> = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 60 }),
  fc.array(fc.constantFrom(0, 1, 65_535, 65_536, 131_071, 0xffff_ffff, 0xffff_0000)),
  fc
    .record({
      start: fc.integer({ min: 0, max: 150_000 }),
      length: fc.integer({ min: 0, max: 9000 }),
      step: fc.integer({ min: 1, max: 5 }),
    })
    .map(({ start, length, step }) => Array.from({ length }, (_, i) => start + i * step)),
  fc
    .record({ start: fc.integer({ min: 0, max: 70_000 }), holes: fc.uniqueArray(fc.integer({ min: 0, max: 69_999 }), { maxLength: 5 }) })
    .map(({ start, holes }) => Array.from({ length: 70_000 }, (_, i) => start + i).filter((ordinal) => !holes.includes(ordinal - start))),
);

function sorted(set: ReadonlySet<number>): number[] {
  return [...set].toSorted((a, b) => a - b);
}

describe('a bitmap is a set of ordinals', () => {
  test('and, or, andNot and xor agree with sets', () => {
    fc.assert(
      fc.property(ordinals, ordinals, (a, b) => {
        const [x, y] = [new Set(a), new Set(b)];
        const [p, q] = [Bitmap.of(a), Bitmap.of(b)];
        expect([...p.and(q)]).toEqual(sorted(x.intersection(y)));
        expect([...p.or(q)]).toEqual(sorted(x.union(y)));
        expect([...p.andNot(q)]).toEqual(sorted(x.difference(y)));
        expect([...p.xor(q)]).toEqual(sorted(x.symmetricDifference(y)));
      }),
      { numRuns: 60 },
    );
  });

  test('size, has, pages and equality agree with sets', () => {
    fc.assert(
      fc.property(ordinals, fc.nat(100_000), fc.nat(300), (a, start, limit) => {
        const members = sorted(new Set(a));
        const bitmap = Bitmap.of(a);
        expect(bitmap.size).toBe(members.length);
        expect([...bitmap.page(start, limit)]).toEqual(members.slice(start, start + limit));
        expect([...bitmap.toArray()]).toEqual(members);
        expect(bitmap.equals(Bitmap.of(members.toReversed()))).toBe(true);
        expect(bitmap.equals(bitmap.xor(Bitmap.of([start])))).toBe(false);
        for (const ordinal of [start, limit, ...members.slice(0, 50)]) expect(bitmap.has(ordinal)).toBe(members.includes(ordinal));
      }),
      { numRuns: 60 },
    );
  });

  test('the same members are the same bytes, however they came together', () => {
    fc.assert(
      fc.property(ordinals, ordinals, (a, b) => {
        const [p, q] = [Bitmap.of(a), Bitmap.of(b)];
        expect(toState(p.or(q).andNot(q).or(p.and(q)))).toEqual(toState(p));
      }),
      { numRuns: 60 },
    );
  });

  test('what is no ordinal is refused', () => {
    for (const bad of [-1, 1.5, 2 ** 32, NaN]) expect(() => Bitmap.of([bad])).toThrow(RangeError);
  });
});

describe('ClickHouse and we read each other', () => {
  let engine: TestClickHouse;
  beforeAll(async () => {
    engine = await startEngine('embedded');
    await engine.clickhouse.command('CREATE TABLE states (id UInt32, members AggregateFunction(groupBitmap, UInt32)) ENGINE = Memory');
  });
  afterAll(() => engine.stop());

  test('a state that the engine makes reads as its members, and ours reads as the same in the engine', async () => {
    await fc.assert(
      fc.asyncProperty(ordinals, async (a) => {
        const bitmap = Bitmap.of(a);
        const list = [...bitmap].join(',');
        const members = `arrayJoin(CAST('[${list}]' AS Array(UInt32)))`;
        const theirs = await engine.clickhouse.bytes(`SELECT groupBitmapState(${members})`, 'RowBinary');
        expect(fromState(theirs).equals(bitmap)).toBe(true);
        expect(fromState(toState(bitmap)).equals(bitmap)).toBe(true);
        await engine.clickhouse.command('TRUNCATE TABLE states');
        await engine.clickhouse.insert(
          'states',
          ['id', 'members'],
          'RowBinary',
          Buffer.concat([Buffer.from([7, 0, 0, 0]), toState(bitmap)]),
        );
        const [row] = await engine.clickhouse.query<{ size: string; same: boolean }>(
          `SELECT bitmapCardinality(members) AS size, bitmapToArray(members) = CAST('[${list}]' AS Array(UInt32)) AS same FROM states`,
        );
        expect(row).toEqual({ size: String(bitmap.size), same: 1 });
      }),
      { numRuns: 25 },
    );
  });

  test('run containers of the engine are read', async () => {
    // Bytes of {10..20, 65536+5..65536+70000}, run-optimised: cookie with runs, two and more blocks.
    const runs = [
      [0, 10, 20],
      [1, 5, 65_535],
      [2, 0, 4468],
    ] as const;
    const body = Buffer.alloc(4 + 1 + runs.length * 4 + runs.length * 6);
    body.writeUInt32LE(12_347 + ((runs.length - 1) << 16), 0);
    body[4] = 0b111;
    runs.forEach(([key, from, to], i) => {
      body.writeUInt16LE(key, 5 + i * 4);
      body.writeUInt16LE(to - from, 7 + i * 4);
      const at = 5 + runs.length * 4 + i * 6;
      body.writeUInt16LE(1, at);
      body.writeUInt16LE(from, at + 2);
      body.writeUInt16LE(to - from, at + 4);
    });
    const state = Buffer.from([1, body.length, ...body]);
    const expected = Bitmap.of([...Array.from({ length: 11 }, (_, i) => 10 + i), ...Array.from({ length: 70_000 }, (_, i) => 65_541 + i)]);
    expect(fromState(state).equals(expected)).toBe(true);
    const [row] = await engine.clickhouse.query<{ same: boolean }>(
      `SELECT bitmapToArray(CAST(unhex('${state.toString('hex')}') AS AggregateFunction(groupBitmap, UInt32))) = arrayConcat(range(toUInt32(10), toUInt32(21)), range(toUInt32(65541), toUInt32(135541))) AS same`,
    );
    expect(row).toEqual({ same: 1 });
  });

  test('broken bytes are refused', () => {
    for (const bytes of [[], [2], [0, 1, 0], [1, 4, 1, 2, 3, 4], [0, 0, 9]])
      expect(() => fromState(Uint8Array.from(bytes))).toThrow(RangeError);
  });
});
