/** The parts of dates: reading, setting and adding. Parts are those of the clock in the zone of the date. */
import { Invalid, show } from '../values.ts';
import { ZonedDate } from './dates.ts';
import { dayOfYear, quarterOf, weekOf } from './time-letters.ts';

interface Component {
  readonly names: readonly string[];
  /** @param date what the clock shows, as UTC */
  readonly read: (date: Date) => number;
  readonly set?: (date: Date, value: number) => void;
  /** How long one is, in milliseconds or in months. */
  readonly length?: { readonly milliseconds: number } | { readonly months: number };
}

const SECOND = 1000;

const ALL: readonly Component[] = [
  {
    names: ['year', 'yyyy', 'yy'],
    read: (date) => date.getUTCFullYear(),
    set: (date, value) => date.setUTCFullYear(value),
    length: { months: 12 },
  },
  { names: ['quarter', 'qq', 'q'], read: quarterOf, length: { months: 3 } },
  {
    names: ['month', 'mm', 'm'],
    read: (date) => date.getUTCMonth() + 1,
    set: (date, value) => date.setUTCMonth(value - 1),
    length: { months: 1 },
  },
  { names: ['dayofyear', 'dy', 'y'], read: dayOfYear },
  {
    names: ['day', 'dd', 'd'],
    read: (date) => date.getUTCDate(),
    set: (date, value) => date.setUTCDate(value),
    length: { milliseconds: 86_400 * SECOND },
  },
  { names: ['week', 'ww', 'w'], read: weekOf, length: { milliseconds: 7 * 86_400 * SECOND } },
  { names: ['weekday', 'dw'], read: (date) => date.getUTCDay() + 1 },
  {
    names: ['hour', 'hh', 'hh24'],
    read: (date) => date.getUTCHours(),
    set: (date, value) => date.setUTCHours(value),
    length: { milliseconds: 3600 * SECOND },
  },
  { names: ['hh12'], read: (date) => date.getUTCHours() % 12 || 12 },
  {
    names: ['minute', 'mi', 'n'],
    read: (date) => date.getUTCMinutes(),
    set: (date, value) => date.setUTCMinutes(value),
    length: { milliseconds: 60 * SECOND },
  },
  {
    names: ['second', 'ss', 's'],
    read: (date) => date.getUTCSeconds(),
    set: (date, value) => date.setUTCSeconds(value),
    length: { milliseconds: SECOND },
  },
  { names: ['millisecond', 'ms', 'sss'], read: (date) => date.getUTCMilliseconds(), length: { milliseconds: 1 } },
];

const firstNames = (components: readonly Component[]): readonly string[] => components.flatMap(({ names }) => names.slice(0, 1));

/** The long names. */
export const COMPONENTS = { all: firstNames(ALL), settable: firstNames(ALL.filter(({ set }) => set !== undefined)) };

const BY_NAME = new Map(ALL.flatMap((component) => component.names.map((name) => [name, component] as const)));

/** Null when there is no such part. Case does not matter. */
export function componentOf(name: string): Component | null {
  return BY_NAME.get(name.toLowerCase()) ?? null;
}

/** A day that the month does not have is an error, as is any other part that does not exist. */
export function setComponent(of: ZonedDate, name: string, value: number): ZonedDate | Invalid {
  const component = componentOf(name);
  if (component?.set === undefined) return new Invalid(`${show(name)} is no part of a date that can be set`);
  const local = new Date(of.local);
  const day = local.getUTCDate();
  component.set(local, value);
  const kept = component.names[0] === 'day' || local.getUTCDate() === day;
  if (component.read(local) !== value || !kept) return new Invalid(`there is no ${component.names[0]} ${value} of that date`);
  return new ZonedDate(of.zone.instant(local.getTime()), of.zone);
}

/** Days and longer on the clock of the zone, what is shorter in time that passes. */
export function addTo(of: ZonedDate, name: string, amount: number): ZonedDate | Invalid {
  const length = componentOf(name)?.length;
  if (length === undefined) return new Invalid(`${show(name)} is no unit of time`);
  const instant =
    'months' in length ? of.zone.instant(addMonths(of.local, amount * length.months)) : moved(of, amount, length.milliseconds);
  return Math.abs(instant) <= 8.64e15 ? new ZonedDate(instant, of.zone) : new Invalid('the date is out of range');
}

function moved(of: ZonedDate, amount: number, unit: number): number {
  return unit % (86_400 * SECOND) === 0 ? of.zone.instant(of.local + amount * unit) : of.getTime() + amount * unit;
}

function addMonths(local: number, months: number): number {
  const date = new Date(local);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
