/**
 * Aggregates of numbers, as SQL. Sums count nine places after the point and so do not depend on the order of the numbers: step by step what
 * `decimal-sum.ts` of the language does.
 */
import type { AggregateFunction } from '@kindred/pql';

export type NumberAggregate = Exclude<AggregateFunction, 'count'>;

/** Over the rows of a group for which a condition holds. A null value counts for nothing. Of none the sum is 0, the others are null; maybe infinite. */
export function aggregateOfRows(fn: NumberAggregate, value: string, condition = '1'): string {
  switch (fn) {
    case 'sum':
      return sumOfRows(value, condition);
    case 'average':
      return `${sumOfRows(value, condition)} / nullIf(countIf(isNotNull(${value}) AND ${condition}), 0)`;
    case 'min':
      return `minOrNullIf(${value}, ${condition})`;
    case 'max':
      return `maxOrNullIf(${value}, ${condition})`;
    default:
      return fn satisfies never;
  }
}

/** Over the members of an array of numbers, which is not empty unless a sum is asked for. */
export function aggregateOfMembers(fn: NumberAggregate, array: string): string {
  switch (fn) {
    case 'sum':
      return sumOfMembers(array);
    case 'average':
      return `${sumOfMembers(array)} / length(${array})`;
    case 'min':
      return `arrayMin(${array})`;
    case 'max':
      return `arrayMax(${array})`;
    default:
      return fn satisfies never;
  }
}

function sumOfRows(value: string, condition: string): string {
  const [whole, parts] = halves(value);
  const large = `ifNull(sumIf(${value}, ${isLarge(value)} AND ${condition}), 0)`;
  return joined(`sumIf(${whole}, ${condition})`, `sumIf(${parts}, ${condition})`, large);
}

function sumOfMembers(array: string): string {
  const [whole, parts] = halves('m');
  return joined(
    `arraySum(m -> ${whole}, ${array})`,
    `arraySum(m -> ${parts}, ${array})`,
    `arraySum(m -> if(${isLarge('m')}, m, 0), ${array})`,
  );
}

const isLarge = (value: string): string => `abs(${value}) >= 1e12`;

/** The whole and the nine places after the point, both as integers; 0 for what is large or null. */
function halves(value: string): readonly [whole: string, parts: string] {
  const usual = `if(abs(${value}) < 1e12, assumeNotNull(${value}), 0)`;
  return [`toInt64(${usual})`, `toInt64(floor((${usual} - trunc(${usual})) * 1e9 + 0.5))`];
}

/** Below eight million the parts of a sum are an integer that a float holds exactly. */
function joined(whole: string, parts: string, large: string): string {
  return `(if(abs(${whole}) < 8000000, (${whole} * 1000000000 + ${parts}) / 1e9, ${whole} + ${parts} / 1e9) + ${large})`;
}
