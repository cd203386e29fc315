/** Rows of snapshots as tables of columns, as the learning kernel takes them. */
import type { Column, LabelledTable, Table } from '@kindred/propensity';

/** What a column holds. */
export interface LearnedFeature {
  readonly code: string;
  readonly kind: 'numeric' | 'categorical';
  readonly categories: readonly string[];
}

/** Row after row, `width` numbers each. */
export interface Rows {
  readonly values: Float32Array;
  readonly width: number;
}

/** Of each row: days with events of the goal less one, days from the first to the last, and days from the first to the instant. */
export const NUMBERS = 3;
/** For the first number of those who never had one. */
export const NEVER = -1;

export interface LabelledRows extends Rows {
  /** Epoch ms. */
  readonly at: number;
  readonly labels: Uint8Array;
  /** How many rows each stands for; null: itself. */
  readonly weights: Float64Array | null;
  /** `NUMBERS` a row: how often each had done what the goal is about; null where that means nothing. */
  readonly repeats: Float32Array | null;
}

/** @param columns places of the features in a row */
export function tableOf(features: readonly LearnedFeature[], columns: readonly number[], parts: readonly Rows[]): Table {
  const sizes = parts.map(({ values, width }) => values.length / width);
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  return { rows, columns: columns.map((place) => columnOf(features[place]!, place, parts, rows)) };
}

function columnOf({ code, kind, categories }: LearnedFeature, place: number, parts: readonly Rows[], rows: number): Column {
  const numbers = new Float32Array(rows);
  let row = 0;
  for (const { values, width } of parts) for (let at = place; at < values.length; at += width) numbers[row++] = values[at]!;
  if (kind === 'numeric') return { kind, name: code, values: numbers };
  return { kind, name: code, categories, codes: Int32Array.from(numbers, (value) => (Number.isNaN(value) ? -1 : value)) };
}

export function labelledOf(features: readonly LearnedFeature[], columns: readonly number[], parts: readonly LabelledRows[]): LabelledTable {
  return { table: tableOf(features, columns, parts), labels: labelsOf(parts), ...weightsOf(parts) };
}

/** None where each row stands for itself: that takes less. */
export function weightsOf(parts: readonly Pick<LabelledRows, 'labels' | 'weights'>[]): { readonly weights?: Float64Array } {
  if (parts.every(({ weights }) => weights === null)) return {};
  return { weights: Float64Array.from(parts.flatMap(({ labels, weights }) => [...(weights ?? new Float64Array(labels.length).fill(1))])) };
}

export function labelsOf(parts: readonly Pick<LabelledRows, 'labels'>[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { labels }) => sum + labels.length, 0));
  let at = 0;
  for (const { labels } of parts) {
    all.set(labels, at);
    at += labels.length;
  }
  return all;
}
