/** The remainder of a division, as JavaScript has it: exact, with the sign of what is divided. */
import type { Value } from '@kindred/pql';
import type { Scalar } from './shape.ts';

export function remainder([a, b]: readonly [Scalar, Scalar], [left, right]: readonly [Value, Value]): string {
  if (isSmallInteger(left) && isSmallInteger(right)) return `toFloat64(toInt64(${a.sql}) % nullIf(toInt64(${b.sql}), 0))`;
  // Long division in binary: each step takes away a multiple by a power of two, and no step rounds.
  const steps = 'arrayReverse(range(toUInt32(greatest(0, ceil(log2(x)) - floor(log2(y)) + 2))))';
  const rest = `arrayFold((r, k) -> if(r >= y * exp2(k), r - y * exp2(k), r), ${steps}, x)`;
  const positive = `arrayMap((x, y) -> ${rest}, [assumeNotNull(abs(a))], [assumeNotNull(abs(b))])[1]`;
  const signed = `if(isNull(a) OR isNull(b) OR b = 0, NULL, if(a < 0, -1., 1.) * ${positive})`;
  return `arrayMap((a, b) -> ${signed}, [${a.sql}], [${b.sql}])[1]`;
}

/** Whole, and surely within 64 bits. */
function isSmallInteger(value: Value): boolean {
  if (value.type.kind !== 'integer') return false;
  if (value.op === 'literal' || value.op === 'field') return true;
  if (value.op === 'arithmetic') return value.fn !== '*' && value.fn !== '/' && isSmallInteger(value.left) && isSmallInteger(value.right);
  return value.op === 'datePart' || (value.op === 'aggregate' && value.fn === 'count');
}
