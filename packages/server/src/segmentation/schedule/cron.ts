/**
 * Cron expressions of Quartz, in UTC: seconds, minutes, hours, day of month, month, day of week, and an optional year. Its
 * own dialect, so our own parser: the week begins with Sunday as 1, one of the two day fields is `?`, ranges go over the
 * end of a field, and `L W #` mean what Quartz says they mean.
 */
import type { DaysOf } from './cron-days.ts';
import { parseDays } from './cron-days.ts';
import { CronError } from './cron-error.ts';
import type { FieldRange } from './cron-field.ts';
import { valuesOf } from './cron-field.ts';

export { CronError } from './cron-error.ts';

export interface Cron {
  /** The first instant after this one; null when there is none any more. */
  next(after: Date): Date | null;
}

const SECOND: FieldRange = { name: 'seconds', least: 0, most: 59 };
const MINUTE: FieldRange = { name: 'minutes', least: 0, most: 59 };
const HOUR: FieldRange = { name: 'hours', least: 0, most: 23 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const MONTH: FieldRange = { name: 'month', least: 1, most: 12, names: MONTHS };
const YEAR: FieldRange = { name: 'year', least: 1970, most: 2099 };

/** Longer texts are no expressions. */
const LONGEST = 1000;

/** Throws CronError. */
export function parseCron(text: string): Cron {
  if (text.length > LONGEST) throw new CronError(`The expression has more than ${LONGEST} characters.`);
  const fields = text.trim().toUpperCase().split(/\s+/);
  if (fields.length < 6 || fields.length > 7) {
    throw new CronError(
      `It has ${fields.length} fields; it takes 6 or 7: seconds, minutes, hours, day of month, month, day of week, and a year if wanted.`,
    );
  }
  const [seconds = '', minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = '*'] = fields;
  const times: Times = {
    seconds: sorted(valuesOf(seconds, SECOND)),
    minutes: sorted(valuesOf(minutes, MINUTE)),
    hours: sorted(valuesOf(hours, HOUR)),
    months: sorted(valuesOf(month, MONTH)),
    years: sorted(valuesOf(year, YEAR)),
    days: parseDays(dayOfMonth, dayOfWeek),
  };
  return { next: (after) => nextOf(times, after) };
}

interface Times {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** From 1. */
  readonly months: readonly number[];
  readonly years: readonly number[];
  readonly days: DaysOf;
}

/** Field by field, from the year down: later fields begin anew as soon as an earlier one is past the instant. */
function nextOf(times: Times, after: Date): Date | null {
  const start = new Date(Math.floor(after.getTime() / 1000) * 1000 + 1000);
  const first = [start.getUTCFullYear(), start.getUTCMonth() + 1, start.getUTCDate()] as const;
  for (const year of times.years) {
    if (year < first[0]) continue;
    for (const month of times.months) {
      if (year === first[0] && month < first[1]) continue;
      const sameMonth = year === first[0] && month === first[1];
      for (const day of times.days(year, month - 1)) {
        if (sameMonth && day < first[2]) continue;
        const found = timeOf(times, sameMonth && day === first[2] ? start : null);
        if (found !== null) return new Date(Date.UTC(year, month - 1, day, ...found));
      }
    }
  }
  return null;
}

/** The first time of a day, not before the given one. */
function timeOf({ hours, minutes, seconds }: Times, from: Date | null): [number, number, number] | null {
  const [h, m, s] = from === null ? [0, 0, 0] : [from.getUTCHours(), from.getUTCMinutes(), from.getUTCSeconds()];
  for (const hour of hours) {
    if (hour < h) continue;
    for (const minute of minutes) {
      if (hour === h && minute < m) continue;
      const second = seconds.find((each) => hour > h || minute > m || each >= s);
      if (second !== undefined) return [hour, minute, second];
    }
  }
  return null;
}

function sorted(values: ReadonlySet<number>): readonly number[] {
  return [...values].toSorted((a, b) => a - b);
}
