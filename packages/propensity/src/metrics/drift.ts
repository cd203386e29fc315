/** Population stability index: how far a distribution has moved from the one a model was trained on. */
import { PropensityError, requireOption } from '../problems.ts';

/** Parts are taken for no smaller than this share, as the index of an empty one would be infinite. */
const LEAST_SHARE = 1e-4;

/**
 * Of two histograms over the same bins: below 0.1 little has changed, above 0.25 much. NaN when either is empty.
 * @throws PropensityError `length-mismatch`
 */
export function psi(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  if (expected.length !== actual.length)
    throw new PropensityError('length-mismatch', `psi compares equally many bins, not ${expected.length} and ${actual.length}`);
  const [all, now] = [sumOf(expected), sumOf(actual)];
  let sum = 0;
  for (let bin = 0; bin < expected.length; bin += 1) {
    const before = Math.max(expected[bin]! / all, LEAST_SHARE);
    const after = Math.max(actual[bin]! / now, LEAST_SHARE);
    sum += (after - before) * Math.log(after / before);
  }
  return all > 0 && now > 0 ? sum : Number.NaN;
}

/** Ascending borders between some `parts` equally full parts of the values that are numbers; fewer where values repeat. */
export function quantileEdges(values: ArrayLike<number>, parts = 10): readonly number[] {
  requireOption(Number.isSafeInteger(parts) && parts > 0, `parts must be a whole number above 0, not ${parts}`);
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .toSorted();
  const edges = new Set<number>();
  for (let part = 1; part < parts && sorted.length > 0; part += 1) edges.add(sorted[Math.ceil((part * sorted.length) / parts) - 1]!);
  return [...edges];
}

/**
 * Counts of values at most each edge and above the one before, above all edges, and of values that are missing (NaN).
 * @param weights how many values each stands for; null: one
 */
export function countByEdges(values: ArrayLike<number>, edges: readonly number[], weights: ArrayLike<number> | null = null): Float64Array {
  const counts = new Float64Array(edges.length + 2);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    let part = 0;
    while (part < edges.length && value > edges[part]!) part += 1;
    counts[Number.isNaN(value) ? edges.length + 1 : part]! += weights?.[row] ?? 1;
  }
  return counts;
}

function sumOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin += 1) sum += counts[bin]!;
  return sum;
}
