/** Comparing values of records, where `3` may be a number or its text. */
import { isDeepStrictEqual } from 'node:util';
import { Invalid, show, toNumber, toText } from '../values.ts';
import { readDate } from './dates.ts';
import { absent } from './functions/params.ts';

/** Nothing equals nothing only. */
export function equal(one: unknown, other: unknown): boolean {
  if (absent(one) || absent(other)) return absent(one) && absent(other);
  if (typeof one === 'object' && typeof other === 'object' && !(one instanceof Date)) return isDeepStrictEqual(one, other);
  const order = ordered(one, other);
  if (typeof order === 'number') return order === 0;
  const [left, right] = [toText(one), toText(other)];
  return typeof left === 'string' && left === right;
}

/** Negative, 0 or positive. Numbers and their texts as numbers, dates as instants, texts letter by letter. */
export function ordered(one: unknown, other: unknown): number | Invalid {
  if (one instanceof Date || other instanceof Date) {
    const [left, right] = [readDate(one), readDate(other)];
    if (left instanceof Invalid) return left;
    return right instanceof Invalid ? right : left.getTime() - right.getTime();
  }
  const [left, right] = [toNumber(one), toNumber(other)];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : Number(one > other);
  return new Invalid(`${show(one)} and ${show(other)} cannot be compared`);
}
