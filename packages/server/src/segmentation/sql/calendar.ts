/**
 * The Gregorian calendar in UTC, as SQL over Int64 epoch milliseconds. It repeats after 400 years, as many as DateTime64 can
 * hold, so any instant is brought into that range before the engine's calendar is asked.
 */
import { int64 } from './text.ts';

export const DAY = 86_400_000;
/** 1900-01-01, and how long the calendar takes to repeat. */
const EPOCH_1900 = -2_208_988_800_000;
const CYCLE = 146_097 * DAY;

/** The last multiple of a length, counted from an instant, that is not after a time. */
export function floored(time: string, length: number, from: number): string {
  return `(${time} - positiveModulo(${time} - ${int64(from)}, ${int64(length)}))`;
}

/** A date-time of the years 1900 to 2299 with the same month, day and weekday. */
export function calendar(time: string): string {
  return `fromUnixTimestamp64Milli(${inCycle(time)}, 'UTC')`;
}

function inCycle(time: string): string {
  return `(positiveModulo(${time} - ${int64(EPOCH_1900)}, ${int64(CYCLE)}) + ${int64(EPOCH_1900)})`;
}

/** Months since the beginning of the year 0. */
export function monthIndex(time: string): string {
  const date = calendar(time);
  return `(toInt64(toYear(${date})) * 12 + toMonth(${date}) - 1 + intDiv(${time} - ${inCycle(time)}, ${int64(CYCLE)}) * 4800)`;
}

/** Days from 1970-01-01 to the first of the month with that index. */
export function daysBefore(month: string): string {
  const inYear = `positiveModulo(${month}, 12)`;
  // Years begin in March, so that the leap day is the last one: days before a month are a straight line then.
  const shiftedYear = `intDiv(${month} - ${inYear}, 12) - (${inYear} < 2)`;
  const fromMarch = `positiveModulo(${inYear} + 10, 12)`;
  const years = (every: number): string => `intDiv((${shiftedYear}) - positiveModulo(${shiftedYear}, ${every}), ${every})`;
  return `((${shiftedYear}) * 365 + ${years(4)} - ${years(100)} + ${years(400)} + intDiv(153 * ${fromMarch} + 2, 5) - 719468)`;
}
