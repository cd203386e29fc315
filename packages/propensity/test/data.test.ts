import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binTable } from '../src/data/bins.ts';
import { binCount, fitFeatures, MAX_BINS, MISSING } from '../src/data/features.ts';
import { seededRandom } from '../src/index.ts';
import { categorical, numeric } from './support/made-up.ts';

const anyNumber = fc.oneof(
  fc.constantFrom(Number.NaN, -0, 0, 1, Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324),
  fc.double(),
);

/** Bins of a column under its own features. */
function binsOf(values: readonly number[]): readonly number[] {
  const table = { rows: values.length, columns: [numeric('x', values)] };
  const { bytes, stride } = binTable(table, fitFeatures(table));
  return values.map((_, row) => bytes[row * stride]!);
}

describe('bins of numbers', () => {
  test('count the edges below, whatever the numbers', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 400 }), (values) => {
        const [feature] = fitFeatures({ rows: values.length, columns: [numeric('x', values)] });
        const edges = feature!.kind === 'numeric' ? feature!.edges : [];
        const expected = values.map((value) => (Number.isNaN(value) ? MISSING : edges.filter((edge) => edge < value).length));
        expect(binsOf(values)).toEqual(expected);
        expect(edges.every((edge, at) => Number.isFinite(edge) && (at === 0 || edge > edges[at - 1]!))).toBe(true);
      }),
      { examples: [[[-Infinity, -Number.MAX_VALUE, -1.7976931348623155e308, Number.NaN]]] },
    );
  });

  test('keep the order of values, and keep few values apart', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          anyNumber.filter((value) => !Number.isNaN(value)).map((value) => value + 0),
          { minLength: 1, maxLength: 254 },
        ),
        (distinct) => {
          const sorted = distinct.toSorted((one, other) => one - other || 0);
          const bins = binsOf(sorted);
          for (let at = 1; at < bins.length; at += 1) expect(bins[at]!).toBeGreaterThanOrEqual(bins[at - 1]!);
          // Nothing finite lies between the largest finite number and infinity.
          const apart = sorted.filter((value) => Number.isFinite(value) && Math.abs(value) < Number.MAX_VALUE);
          expect(new Set(binsOf(apart)).size).toBe(apart.length);
        },
      ),
    );
  });

  test('of many values are about equally full, with a bin of its own for a value that many share', () => {
    const random = seededRandom(2);
    const values = Array.from({ length: 50_000 }, () => (random() < 0.4 ? 0 : Math.exp(5 * random())));
    const table = { rows: values.length, columns: [numeric('x', values)] };
    const [feature] = fitFeatures(table);
    expect(binCount(feature!)).toBe(MAX_BINS);
    const counts = new Map<number, number>();
    for (const bin of binsOf(values)) counts.set(bin, (counts.get(bin) ?? 0) + 1);
    expect(counts.get(0)).toBe(values.filter((value) => value === 0).length);
    for (let bin = 1; bin < MAX_BINS; bin += 1) {
      expect(counts.get(bin)!).toBeGreaterThan(60);
      expect(counts.get(bin)!).toBeLessThan(240);
    }
  });

  test('more rows than are looked up at a time', () => {
    const values = Array.from({ length: 9000 }, (_, row) => row % 11);
    expect(binsOf(values)).toEqual(values);
  });
});

test('bins of categories go by frequency, equal ones by name', () => {
  const column = categorical('c', ['b', 'a', 'c', 'c', null]);
  const table = { rows: 5, columns: [column] };
  const features = fitFeatures(table);
  expect(features[0]).toEqual({ kind: 'categorical', name: 'c', categories: ['c', 'a', 'b'], pooled: false });
  const { bytes, stride } = binTable(table, features);
  expect([0, 1, 2, 3, 4].map((row) => bytes[row * stride])).toEqual([2, 1, 0, 0, MISSING]);
});
