/** XDM dates and times as epoch milliseconds, and back. Written by hand because every record has one or more. */
import { daysIn, parsePlainInstant } from '@kindred/pql';

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
  const plain = parsePlainInstant(text);
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
  const instant = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  // To Date.UTC the first hundred years are those of the last century.
  return year < 100 ? new Date(instant).setUTCFullYear(year) : instant;
}
