/** What drives a model overall: how much each feature moves scores, which way, and at which values. */
import { explainerOf, quantileEdges } from '@kindred/propensity';
import type { PropensityModel, Table } from '@kindred/propensity';

export interface Dependence {
  /** Values from this one on, up to that of the next; for a category its number. Null: missing. */
  readonly value: number | null;
  /** Mean Shapley value, in log odds. */
  readonly contribution: number;
  readonly rows: number;
}

export interface Importance {
  readonly code: string;
  /** Mean absolute Shapley value, in log odds. */
  readonly importance: number;
  /** Whether greater values raise scores; mixed for categories and what is neither. */
  readonly direction: 'up' | 'down' | 'mixed';
  readonly missing: number;
  readonly dependence: readonly Dependence[];
}

const PARTS = 8;

export function importancesOf(model: PropensityModel, table: Table): readonly Importance[] {
  const { values, features } = explainerOf(model).explain(table);
  return table.columns.map((column, index) => {
    const read = column.kind === 'numeric' ? column.values : Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : code));
    const contributions = Float64Array.from({ length: table.rows }, (_, row) => values[row * features + index]!);
    const importance = contributions.reduce((sum, each) => sum + Math.abs(each), 0) / Math.max(table.rows, 1);
    const missing = Array.from(read).filter((value) => Number.isNaN(value)).length / Math.max(table.rows, 1);
    const direction = column.kind === 'categorical' ? 'mixed' : directionOf(read, contributions);
    return { code: column.name, importance, direction, missing, dependence: dependenceOf(read, contributions, column.kind) };
  });
}

/** By the correlation of values and contributions. */
function directionOf(values: ArrayLike<number>, contributions: Float64Array): Importance['direction'] {
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < contributions.length; row++) {
    const [x, y] = [values[row]!, contributions[row]!];
    if (Number.isNaN(x)) continue;
    n += 1;
    sx += x;
    sy += y;
    sxx += x * x;
    syy += y * y;
    sxy += x * y;
  }
  const correlation = (n * sxy - sx * sy) / Math.sqrt(Math.max((n * sxx - sx * sx) * (n * syy - sy * sy), 1e-30));
  if (Math.abs(correlation) < 0.2) return 'mixed';
  return correlation > 0 ? 'up' : 'down';
}

function dependenceOf(values: ArrayLike<number>, contributions: Float64Array, kind: 'numeric' | 'categorical'): readonly Dependence[] {
  const known = Float64Array.from(Array.from(values).filter((value) => !Number.isNaN(value)));
  const starts =
    kind === 'categorical'
      ? [...new Set(known)].toSorted((a, b) => a - b).slice(0, 12)
      : [...new Set([minimum(known), ...quantileEdges(known, PARTS)])];
  const groups = new Map<number | null, { sum: number; rows: number }>();
  for (let row = 0; row < contributions.length; row++) {
    const key = groupOf(values[row]!, starts, kind);
    if (key === undefined) continue;
    const group = groups.get(key) ?? { sum: 0, rows: 0 };
    groups.set(key, { sum: group.sum + contributions[row]!, rows: group.rows + 1 });
  }
  return [...groups]
    .toSorted(([one], [other]) => (one ?? Infinity) - (other ?? Infinity))
    .map(([value, { sum, rows }]) => ({ value, contribution: sum / rows, rows }));
}

function groupOf(value: number, starts: readonly number[], kind: 'numeric' | 'categorical'): number | null | undefined {
  if (Number.isNaN(value)) return null;
  return kind === 'categorical' ? starts.find((start) => start === value) : (starts.findLast((start) => start <= value) ?? starts[0]);
}

function minimum(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}
