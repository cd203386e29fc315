/** Small pieces of SQL text. Conditions are 0 or 1, never null. */
import type { ProfileRange } from './leaf-query.ts';
import type { Scalar } from './shape.ts';

export const TRUE = '1';
export const FALSE = '0';

/** The members of a leaf that nobody can be in, without a look at a table. */
export const NOBODY = 'SELECT groupBitmapState(toUInt32(0)) AS members WHERE 0';

export function all(conditions: readonly string[]): string {
  if (conditions.includes(FALSE)) return FALSE;
  const open = conditions.filter((condition) => condition !== TRUE);
  return open.length === 0 ? TRUE : open.length === 1 ? (open[0] ?? TRUE) : `(${open.join(' AND ')})`;
}

export function any(conditions: readonly string[]): string {
  if (conditions.includes(TRUE)) return TRUE;
  const open = conditions.filter((condition) => condition !== FALSE);
  return open.length === 0 ? FALSE : open.length === 1 ? (open[0] ?? FALSE) : `(${open.join(' OR ')})`;
}

export function not(condition: string): string {
  if (condition === TRUE) return FALSE;
  return condition === FALSE ? TRUE : `NOT (${condition})`;
}

/** A condition on scalars, which SQL makes null when one of them is: false then. */
export function known(condition: string, ...operands: readonly Scalar[]): string {
  return operands.some((operand) => operand.nullable) ? `ifNull(${condition}, 0)` : `(${condition})`;
}

/** A number as Float64, so that no arithmetic on it is done in integers. */
export function floatLiteral(value: number): string {
  const text = String(Object.is(value, -0) ? 0 : value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '(-inf)';
  const float = /[.e]/.test(text) ? text : `${text}.`;
  return value < 0 ? `(${float})` : float;
}

export function int64(value: number): string {
  return `toInt64(${value})`;
}

/** The condition that a row is of a profile in a range; null: any profile. */
export function inRange(range: ProfileRange | null): string {
  return range === null ? TRUE : `(profile >= ${range.from} AND profile < ${range.until})`;
}
