/**
 * Calendar arithmetic in any IANA time zone. Instants are epoch milliseconds; a "local" number is the wall clock
 * written as if it were UTC. Results outside JavaScript's range of dates are null.
 */
import type { TimeUnit } from './term.ts';
import { dayStart } from './time.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS: Partial<Record<TimeUnit, number>> = { month: 1, year: 12, decade: 120, century: 1200, millennium: 12_000 };
/** Units that pass at the same pace everywhere; a day does not, where clocks change. */
const FIXED: Partial<Record<TimeUnit, number>> = { millisecond: 1, second: SECOND, minute: MINUTE, hour: HOUR };
const DAYS: Partial<Record<TimeUnit, number>> = { day: 1, week: 7 };

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, formatter);
  return formatter;
}

export const isUtc = (zone: string): boolean => zone === 'UTC' || zone === 'Etc/UTC' || zone === 'GMT';

/** True when the name is a zone this machine knows. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** How far the wall clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) part[type] = value;
  const year = Number(part.year);
  const date = new Date(0);
  date.setUTCFullYear(part.era?.startsWith('B') === true ? 1 - year : year, Number(part.month) - 1, Number(part.day));
  date.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
  return date.getTime() - Math.floor(instant / SECOND) * SECOND;
}

/** The next instant at which the wall clock jumps, within 400 days; null without one. */
export function nextTransition(instant: number, zone: string): number | null {
  if (isUtc(zone)) return null;
  const offset = offsetAt(instant, zone);
  const day = Array.from({ length: 400 }, (_, index) => instant + (index + 1) * DAY).find((later) => offsetAt(later, zone) !== offset);
  if (day === undefined) return null;
  let [before, after] = [day - DAY, day];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle, zone) === offset) before = middle;
    else after = middle;
  }
  return after;
}

const toLocal = (instant: number, zone: string): number => (isUtc(zone) ? instant : instant + offsetAt(instant, zone));

/** The first instant with that wall clock; where clocks jumped over it, the wall clock moves on by the jump. */
function toInstant(local: number, zone: string): number {
  if (isUtc(zone)) return local;
  const before = offsetAt(local - DAY, zone);
  const later = offsetAt(local + DAY, zone);
  const fits = [local - before, local - later].filter((instant) => instant + offsetAt(instant, zone) === local);
  return fits.length === 0 ? local - before : Math.min(...fits);
}

function checked(instant: number): number | null {
  return Number.isFinite(instant) && Math.abs(instant) <= 8.64e15 ? instant : null;
}

/** Start of the calendar unit that holds the instant. */
export function startOfUnit(instant: number, unit: TimeUnit, zone: string): number | null {
  const local = toLocal(instant, zone);
  const fixed = FIXED[unit];
  if (fixed !== undefined) return checked(Math.floor(local / fixed) * fixed - (local - instant));
  const date = new Date(local);
  const year = date.getUTCFullYear();
  switch (unit) {
    case 'day':
      return checked(toInstant(Math.floor(local / DAY) * DAY, zone));
    case 'week': {
      const day = Math.floor(local / DAY);
      // Day 0 of the epoch was a Thursday; weeks start on Monday.
      return checked(toInstant((day - ((((day + 3) % 7) + 7) % 7)) * DAY, zone));
    }
    case 'month':
      return startOfYear(year, date.getUTCMonth() + 1, zone);
    default:
      return startOfYear(Math.floor(year / yearsOf(unit)) * yearsOf(unit), 1, zone);
  }
}

const yearsOf = (unit: TimeUnit): number => (MONTHS[unit] ?? 12) / 12;

function startOfYear(year: number, month: number, zone: string): number | null {
  const local = dayStart(year, month, 1);
  return local === null ? null : checked(toInstant(local, zone));
}

/** The instant moved by calendar units; the day of month is clamped. */
export function shiftBy(instant: number, amount: number, unit: TimeUnit, zone: string): number | null {
  const fixed = FIXED[unit];
  if (fixed !== undefined) return checked(instant + amount * fixed);
  const local = toLocal(instant, zone);
  const days = DAYS[unit];
  if (days !== undefined) return checked(toInstant(local + amount * days * DAY, zone));
  const moved = addMonths(local, amount * (MONTHS[unit] ?? 1));
  return moved === null ? null : checked(toInstant(moved, zone));
}

function addMonths(local: number, months: number): number | null {
  const date = new Date(local);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const year = Math.floor(month / 12);
  const first = dayStart(year, month - year * 12 + 1, 1);
  if (first === null) return null;
  const next = new Date(first);
  next.setUTCMonth(next.getUTCMonth() + 1, 0);
  const day = Math.min(date.getUTCDate(), next.getUTCDate());
  return first + (day - 1) * DAY + (((local % DAY) + DAY) % DAY);
}

/** Year, month from 1, or day of month of an instant on the wall clock. */
export function partOf(instant: number, part: 'year' | 'month' | 'day', zone: string): number {
  const date = new Date(toLocal(instant, zone));
  if (part === 'year') return date.getUTCFullYear();
  return part === 'month' ? date.getUTCMonth() + 1 : date.getUTCDate();
}

/** Midnight of a calendar day on the wall clock; null for a day that does not exist. */
export function midnightOf(year: number, month: number, day: number, zone: string): number | null {
  const local = dayStart(year, month, day);
  return local === null ? null : checked(toInstant(local, zone));
}
