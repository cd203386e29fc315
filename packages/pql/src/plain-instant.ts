/** The form in which nearly all instants are written, read without a regular expression: every event has one or more. */

/** Epoch milliseconds of `YYYY-MM-DDThh:mm:ss[.mmm]Z`; NaN for any other form, years before 100, and days and times that do not exist. */
export function parsePlainInstant(text: string): number {
  const length = text.length;
  if ((length !== 20 && length !== 24) || text.charCodeAt(length - 1) !== 90 || text.charCodeAt(10) !== 84) return NaN;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return NaN;
  if (length === 24 && text.charCodeAt(19) !== 46) return NaN;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  const isDay = year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!isDay || !(hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  const milliseconds = length === 24 ? two(text, 20) * 10 + digit(text, 22) : 0;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** @param month from 1 */
export function daysIn(year: number, month: number): number {
  return month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (DAYS[month - 1] ?? 0);
}

function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : NaN;
}
