/** The two fields of a Quartz cron expression that choose days: `? L W #` and lists. */
import { CronError } from './cron-error.ts';
import type { FieldRange } from './cron-field.ts';
import { numberOf, valuesOf } from './cron-field.ts';

/** Which days of a month are chosen, from 1. Months count from 0. */
export type DaysOf = (year: number, month: number) => readonly number[];

const DAY_OF_MONTH: FieldRange = { name: 'day of month', least: 1, most: 31 };
/** In Quartz the week begins with Sunday, 1. */
const DAY_OF_WEEK: FieldRange = { name: 'day of week', least: 1, most: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };

const ANY = '?';

/** Throws CronError. */
export function parseDays(dayOfMonth: string, dayOfWeek: string): DaysOf {
  if (dayOfMonth === ANY && dayOfWeek === ANY) throw new CronError('"?" stands for one of day of month and day of week, not for both.');
  if (dayOfMonth !== ANY && dayOfWeek !== ANY) {
    throw new CronError('A day of month and a day of week together are not possible: one of the two is "?".');
  }
  return dayOfWeek === ANY ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);
}

function parseDayOfMonth(text: string): DaysOf {
  const last = /^L(?:-(\d{1,2}))?(W)?$/.exec(text);
  if (last !== null) {
    const [, back = '0', nearest] = last;
    if (Number(back) > 30) throw new CronError(`day of month: "${text}" goes back further than a month.`);
    return (year, month) => {
      const day = lengthOf(year, month) - Number(back);
      return day < 1 ? [] : [nearest === undefined ? day : nearestWeekday(year, month, day)];
    };
  }
  const near = /^(\d{1,2})W$/.exec(text);
  if (near !== null) {
    const day = numberOf(near[1] ?? '', DAY_OF_MONTH);
    return (year, month) => (day > lengthOf(year, month) ? [] : [nearestWeekday(year, month, day)]);
  }
  refuseInList(text, 'day of month', /[LW]/);
  const days = [...valuesOf(text, DAY_OF_MONTH)].toSorted((a, b) => a - b);
  return (year, month) => days.filter((day) => day <= lengthOf(year, month));
}

function parseDayOfWeek(text: string): DaysOf {
  if (text === 'L') return onWeekdays(new Set([7]));
  const last = /^(\w{1,3})L$/.exec(text);
  if (last !== null) {
    const wanted = numberOf(last[1] ?? '', DAY_OF_WEEK);
    return (year, month) => onWeekdays(new Set([wanted]))(year, month).slice(-1);
  }
  const nth = /^(\w{1,3})#(\d)$/.exec(text);
  if (nth !== null) {
    const [wanted, number] = [numberOf(nth[1] ?? '', DAY_OF_WEEK), Number(nth[2])];
    if (number < 1 || number > 5) throw new CronError(`day of week: "${text}" asks for another than the first to fifth one of a month.`);
    return (year, month) => onWeekdays(new Set([wanted]))(year, month).slice(number - 1, number);
  }
  refuseInList(text, 'day of week', /#|L(?![A-Z])/);
  return onWeekdays(valuesOf(text, DAY_OF_WEEK));
}

function refuseInList(text: string, field: string, special: RegExp): void {
  if (special.test(text))
    throw new CronError(`${field}: "${text}" has L, W or # in a place where they cannot be; they stand alone, not in lists.`);
}

function onWeekdays(weekdays: ReadonlySet<number>): DaysOf {
  return (year, month) =>
    Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1).filter((day) => weekdays.has(weekdayOf(year, month, day)));
}

/** 1 is Sunday. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month, day)).getUTCDay() + 1;
}

function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

/** Monday to Friday, in the same month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return day === 1 ? 3 : day - 1;
  if (weekday === 1) return day === lengthOf(year, month) ? day - 2 : day + 1;
  return day;
}
