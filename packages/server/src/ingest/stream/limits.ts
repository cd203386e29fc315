/** What a document may be at most, whatever its schema. */
import type { Problem } from '../../schema/index.ts';

/** Objects and arrays within one another. */
export const MOST_DEPTH = 32;
/** Values of a document, those in arrays each by itself. */
export const MOST_FIELDS = 10_000;
/** Of a document as JSON text, in characters. */
export const LONGEST_RECORD = 1_048_576;

/** Why a document is beyond the limits, or null. */
export function limitProblem(document: unknown): Problem | null {
  const left = { fields: MOST_FIELDS };
  const deepest = walk(document, 1, left);
  if (deepest > MOST_DEPTH) return { field: '', reason: `the record is nested more than ${MOST_DEPTH} levels deep` };
  if (left.fields < 0) return { field: '', reason: `the record has more than ${MOST_FIELDS} fields` };
  return null;
}

/** The record, with nothing below the levels that a record may have: what is deeper can neither be walked through nor handed to another thread. */
export function cutDeep(value: unknown, levels = MOST_DEPTH): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) return value.map((inner) => cutDeep(inner, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cutDeep(inner, levels - 1)]));
}

/** The depth of a value. Goes no further than the limits. */
function walk(value: unknown, depth: number, left: { fields: number }): number {
  if (typeof value !== 'object' || value === null) {
    left.fields--;
    return depth - 1;
  }
  if (depth > MOST_DEPTH) return depth;
  let deepest = depth;
  for (const inner of Array.isArray(value) ? (value as readonly unknown[]) : Object.values(value)) {
    if (left.fields < 0) return deepest;
    deepest = Math.max(deepest, walk(inner, depth + 1, left));
  }
  return deepest;
}
