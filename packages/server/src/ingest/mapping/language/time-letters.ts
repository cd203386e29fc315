/** What the letters of time patterns mean. */
import { zoneOf } from './zones.ts';
import type { Zone } from './zones.ts';

/** Of a time that is being read. */
export interface Parts {
  year: number;
  /** From 1. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  afternoon: boolean | null;
  zone: Zone;
}

interface Writing {
  /** What the clock shows, as UTC. */
  readonly date: Date;
  readonly zone: Zone;
  /** How often the letter stands there. */
  readonly count: number;
}

export interface Letter {
  readonly name: string;
  readonly part: keyof Parts | null;
  /** Source of a regular expression of bounded width; undefined for what can be written only. */
  readonly pattern?: (count: number) => string;
  /** False when the text means nothing. */
  readonly read?: (text: string, parts: Parts, count: number) => boolean;
  readonly write: (writing: Writing) => string;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

export const LETTERS: Readonly<Record<string, Letter>> = {
  G: { name: 'G', part: null, write: ({ date }) => (date.getUTCFullYear() > 0 ? 'AD' : 'BC') },
  y: year('y'),
  u: year('u'),
  M: month('M'),
  L: month('L'),
  d: digits('d', { part: 'day', most: 2, write: (date) => date.getUTCDate() }),
  H: digits('H', { part: 'hour', most: 2, write: (date) => date.getUTCHours() }),
  k: digits('k', { part: 'hour', most: 2, write: (date) => date.getUTCHours() || 24, read: (hour) => hour % 24 }),
  K: digits('K', { part: 'hour', most: 2, write: (date) => date.getUTCHours() % 12 }),
  h: digits('h', { part: 'hour', most: 2, write: (date) => date.getUTCHours() % 12 || 12 }),
  m: digits('m', { part: 'minute', most: 2, write: (date) => date.getUTCMinutes() }),
  s: digits('s', { part: 'second', most: 2, write: (date) => date.getUTCSeconds() }),
  S: {
    name: 'S',
    part: 'millisecond',
    pattern: (count) => String.raw`\d{${Math.min(count, 9)}}`,
    read: (text, parts) => {
      parts.millisecond = Number(text.slice(0, 3).padEnd(3, '0'));
      return true;
    },
    write: ({ date, count }) => String(date.getUTCMilliseconds()).padStart(3, '0').padEnd(count, '0').slice(0, count),
  },
  a: {
    name: 'a',
    part: 'afternoon',
    pattern: () => '[ap]m',
    read: (text, parts) => {
      parts.afternoon = text.toLowerCase() === 'pm';
      return true;
    },
    write: ({ date }) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  },
  E: {
    name: 'E',
    part: null,
    pattern: (count) => DAYS.map((day) => (count > 3 ? day : day.slice(0, 3))).join('|'),
    write: ({ date, count }) => DAYS[date.getUTCDay()]?.slice(0, count > 3 ? undefined : 3) ?? '',
  },
  D: { name: 'D', part: null, write: ({ date, count }) => String(dayOfYear(date)).padStart(count, '0') },
  w: { name: 'w', part: null, write: ({ date, count }) => String(weekOf(date)).padStart(count, '0') },
  Q: { name: 'Q', part: null, write: ({ date, count }) => String(quarterOf(date)).padStart(count, '0') },
  q: { name: 'q', part: null, write: ({ date, count }) => String(quarterOf(date)).padStart(count, '0') },
  X: zone('X', String.raw`Z|[+-]\d{2}(?::?\d{2})?`, (offset, count) => (offset === 0 ? 'Z' : offsetText(offset, count))),
  x: zone('x', String.raw`[+-]\d{2}(?::?\d{2})?`, offsetText),
  Z: zone('Z', String.raw`Z|[+-]\d{2}:?\d{2}`, (offset) => offsetText(offset, 2)),
  O: zone('O', String.raw`GMT(?:[+-]\d{1,2}(?::?\d{2})?)?`, (offset) => (offset === 0 ? 'GMT' : `GMT${offsetText(offset, 3)}`)),
  z: zone('z', String.raw`[A-Za-z_]{1,20}(?:/[A-Za-z_]{1,30}){0,2}|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?`, null),
  V: zone('V', String.raw`[A-Za-z_]{1,20}(?:/[A-Za-z_]{1,30}){0,2}`, null),
};

function year(name: string): Letter {
  return {
    name,
    part: 'year',
    pattern: (count) => (count === 2 ? String.raw`\d{2}` : String.raw`\d{4}`),
    read: (text, parts) => {
      parts.year = text.length === 2 ? 2000 + Number(text) : Number(text);
      return true;
    },
    write: ({ date, count }) => {
      const text = String(date.getUTCFullYear());
      return count === 2 ? text.slice(-2).padStart(2, '0') : text.padStart(count, '0');
    },
  };
}

function month(name: string): Letter {
  const names = (count: number): readonly string[] => MONTHS.map((each) => (count > 3 ? each : each.slice(0, 3)));
  return {
    name,
    part: 'month',
    pattern: (count) => (count > 2 ? names(count).join('|') : widthOf(count, 2)),
    read: (text, parts, count) => {
      parts.month = count > 2 ? names(count).findIndex((each) => each.toLowerCase() === text.toLowerCase()) + 1 : Number(text);
      return parts.month > 0;
    },
    write: ({ date, count }) =>
      count > 2 ? (names(count)[date.getUTCMonth()] ?? '') : String(date.getUTCMonth() + 1).padStart(count, '0'),
  };
}

interface Digits {
  readonly part: 'day' | 'hour' | 'minute' | 'second';
  readonly most: number;
  readonly read?: (value: number) => number;
  readonly write: (date: Date) => number;
}

function digits(name: string, { part, most, read = (value) => value, write }: Digits): Letter {
  return {
    name,
    part,
    pattern: (count) => widthOf(count, most),
    read: (text, parts) => {
      parts[part] = read(Number(text));
      return true;
    },
    write: ({ date, count }) => String(write(date)).padStart(count, '0'),
  };
}

const widthOf = (count: number, most: number): string => (count === 1 ? String.raw`\d{1,${most}}` : String.raw`\d{${count}}`);

/** @param write null: the name of the zone itself */
function zone(name: string, pattern: string, write: ((offset: number, count: number) => string) | null): Letter {
  return {
    name,
    part: 'zone',
    pattern: () => pattern,
    read: (text, parts) => {
      const found = zoneOf(text) ?? zoneOf(text.toUpperCase());
      if (found !== null) parts.zone = found;
      return found !== null;
    },
    write: ({ date, zone: of, count }) => (write === null ? of.name : write(of.offset(of.instant(date.getTime())), count)),
  };
}

/** One letter: hours; two: also minutes; three: with a colon. */
function offsetText(offset: number, count: number): string {
  const minutes = Math.abs(Math.round(offset / 60_000));
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  const tail = count === 1 && minute === '00' ? '' : `${count >= 3 ? ':' : ''}${minute}`;
  return `${offset < 0 ? '-' : '+'}${hour}${tail}`;
}

export function dayOfYear(date: Date): number {
  return (
    Math.round(
      (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000,
    ) + 1
  );
}

export const quarterOf = (date: Date): number => Math.floor(date.getUTCMonth() / 3) + 1;

/** ISO 8601: the week with the first Thursday of the year is the first. */
export function weekOf(date: Date): number {
  const thursday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 4 - (date.getUTCDay() || 7)));
  return Math.ceil(dayOfYear(thursday) / 7);
}
