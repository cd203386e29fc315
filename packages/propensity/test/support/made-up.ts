/** Rows made up from a known truth. */
import { seededRandom } from '../../src/index.ts';
import type { CategoricalColumn, LabelledTable, NumericColumn } from '../../src/index.ts';

export function numeric(name: string, values: readonly number[]): NumericColumn {
  return { kind: 'numeric', name, values: Float64Array.from(values) };
}

/** `null` is missing. */
export function categorical(name: string, values: readonly (string | null)[]): CategoricalColumn {
  const categories = [...new Set(values.filter((value) => value !== null))];
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  return { kind: 'categorical', name, categories, codes: Int32Array.from(values, (value) => codeOf.get(value ?? '') ?? -1) };
}

export interface MadeUp extends LabelledTable {
  /** Log odds by which labels were drawn. */
  readonly truth: Float64Array;
}

const CITIES = ['Basel', 'Bern', 'Chur', 'Genf', 'Lugano', 'Zug'];

/** Two numbers that count (one of them missing at times, which counts too), a city that counts, and four columns of noise. */
export function madeUp(rows: number, seed = 1): MadeUp {
  const random = seededRandom(seed);
  const list = (make: (row: number) => number): number[] => Array.from({ length: rows }, (_, row) => make(row));
  const [recency, spend] = [list(() => random() * 100), list(() => (random() < 0.2 ? Number.NaN : -Math.log(1 - random()) * 50))];
  const city = list(() => Math.floor(random() ** 2 * CITIES.length));
  const noise = Array.from({ length: 4 }, (_, at) => numeric(`noise ${at}`, list(random)));
  const truth = Float64Array.from(
    list(
      (row) =>
        1.5 -
        recency[row]! / 30 +
        (Number.isNaN(spend[row]) ? -0.7 : Math.min(spend[row]! / 60, 2)) +
        [0.9, -0.6, 0, 0.4, -1, 0][city[row]!]!,
    ),
  );
  const labels = Uint8Array.from(truth, (margin) => (random() < 1 / (1 + Math.exp(-margin)) ? 1 : 0));
  const places = categorical(
    'city',
    city.map((code) => CITIES[code]!),
  );
  return { table: { rows, columns: [numeric('recency', recency), numeric('spend', spend), places, ...noise] }, labels, truth };
}
