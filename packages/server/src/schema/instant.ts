/** XDM dates and times as epoch milliseconds, and back. Written by hand because every record has one or more. */

/** The range that `DateTime64(3, 'UTC')` holds: 1900-01-01 … 2299-12-31. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2300, 0, 1) - 1;

/** Whether an instant can be stored. */
export function storable(instant: number): boolean {
  return instant >= EARLIEST && instant <= LATEST;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2})?)$/;

/** The instant of an ISO 8601 date-time with `Z` or an offset; NaN for anything else. Digits below milliseconds are cut. */
export function parseInstant(text: string): number {
  const plain = parsePlain(text);
  if (plain === plain) return plain;
  const match = DATE_TIME.exec(text);
  if (match === null) return NaN;
  const [, year, month, day, hour, minute, second = '0', fraction = '', , sign, offsetHour = '0', offsetMinute = '0'] = match;
  const instant = utc([year, month, day, hour, minute, second].map(Number), Number(fraction.slice(0, 3).padEnd(3, '0')));
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  return sign === undefined ? instant : instant - (sign === '+' ? offset : -offset);
}

/** Midnight UTC of an ISO 8601 calendar date; NaN for anything else. */
export function parseDate(text: string): number {
  const match = DATE.exec(text);
  return match === null ? NaN : utc([Number(match[1]), Number(match[2]), Number(match[3]), 0, 0, 0], 0);
}

/** `2026-01-05T10:11:12.000Z`. */
export function instantText(instant: number): string {
  return new Date(instant).toISOString();
}

/** `2026-01-05`. */
export function dateText(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** UTC instant of calendar parts (month from 1); NaN when there is no such day or time of day. */
export function utc(parts: readonly number[], milliseconds: number): number {
  const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = parts;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  return month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (DAYS[month - 1] ?? 0);
}

/** The common form `YYYY-MM-DDThh:mm:ss[.mmm]Z`, several times faster than the general one. */
function parsePlain(text: string): number {
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
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  const milliseconds = length === 24 ? two(text, 20) * 10 + digit(text, 22) : 0;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
}

function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : NaN;
}
