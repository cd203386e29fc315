/** Times in the formats of sources, as instants. */
import { parseInstant, utc } from '../../schema/index.ts';
import { invalid } from './reader.ts';

/** Epoch milliseconds, NaN for a value that is no such time. */
export type ParseTime = (value: unknown) => number;

const FORMATS =
  'Formats: iso, epochSeconds, epochMilliseconds, or a pattern of yyyy MM dd HH mm ss SSS (one letter: without leading zero).';

/** @param zone an IANA name, for times that state no zone of their own */
export function timeParser(format: string, zone: string | null, where: string): ParseTime {
  const offset = zone === null ? null : zoneOffset(zone, where);
  switch (format) {
    case 'iso':
      return (value) => isoTime(value, offset);
    case 'epochSeconds':
      return (value) => Math.round(numeric(value) * 1000);
    case 'epochMilliseconds':
      return (value) => Math.round(numeric(value));
    default:
      return patternParser(format, offset, where);
  }
}

type Offset = (local: number) => number;

/** ISO 8601, a date alone being its midnight. */
function isoTime(value: unknown, offset: Offset | null): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string') return NaN;
  const instant = parseInstant(value);
  if (!Number.isNaN(instant) || offset === null) return instant;
  const local = parseInstant(value.length === 10 ? `${value}T00:00:00Z` : `${value}Z`);
  return local - offset(local);
}

function numeric(value: unknown): number {
  return typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

const FIELDS: Readonly<Record<string, { readonly expression: string; readonly index: number }>> = {
  yyyy: { expression: '(\\d{4})', index: 0 },
  MM: { expression: '(\\d{2})', index: 1 },
  M: { expression: '(\\d{1,2})', index: 1 },
  dd: { expression: '(\\d{2})', index: 2 },
  d: { expression: '(\\d{1,2})', index: 2 },
  HH: { expression: '(\\d{2})', index: 3 },
  H: { expression: '(\\d{1,2})', index: 3 },
  mm: { expression: '(\\d{2})', index: 4 },
  m: { expression: '(\\d{1,2})', index: 4 },
  ss: { expression: '(\\d{2})', index: 5 },
  s: { expression: '(\\d{1,2})', index: 5 },
  SSS: { expression: '(\\d{3})', index: 6 },
};

function patternParser(pattern: string, offset: Offset | null, where: string): ParseTime {
  const order: number[] = [];
  const source = pattern.replace(/yyyy|SSS|MM?|dd?|HH?|mm?|ss?|[^]/g, (token) => {
    const field = FIELDS[token];
    if (field === undefined)
      return /[a-z]/i.test(token) && token !== 'T' ? unknown(pattern, token, where) : token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    order.push(field.index);
    return field.expression;
  });
  if (!order.includes(0) || !order.includes(1) || !order.includes(2))
    return invalid(where, `the format ${pattern} names no year, month and day`, FORMATS);
  if (offset === null)
    return invalid(where, `times in the format ${pattern} have no time zone`, 'Add "zone", for example "zone": "Europe/London" or "UTC".');
  const expression = new RegExp(`^${source}$`);
  const parts = [0, 1, 1, 0, 0, 0, 0];
  return (value) => {
    const match = typeof value === 'string' ? expression.exec(value) : null;
    if (match === null) return NaN;
    for (const [group, index] of order.entries()) parts[index] = Number(match[group + 1]);
    const local = utc(parts, parts[6] ?? 0);
    return local - offset(local);
  };
}

function unknown(pattern: string, token: string, where: string): never {
  return invalid(where, `the format ${pattern} has a letter ${token} that means nothing`, FORMATS);
}

const QUARTER = 900_000;

/** Milliseconds that a zone is ahead of UTC at a local time. Of a time that a change of the clock repeats, the earlier one. */
function zoneOffset(zone: string, where: string): Offset {
  if (zone === 'UTC') return () => 0;
  const formatter = formatterFor(zone, where);
  const known = new Map<number, number>();
  return (local) => {
    if (Number.isNaN(local)) return 0;
    const quarter = Math.floor(local / QUARTER);
    let offset = known.get(quarter);
    if (offset === undefined) {
      offset = localOffset(formatter, quarter * QUARTER);
      known.set(quarter, offset);
    }
    return offset;
  };
}

function formatterFor(zone: string, where: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch {
    return invalid(where, `there is no time zone ${JSON.stringify(zone)}`, 'Use a name of the IANA list, such as Europe/London, or UTC.');
  }
}

/** Tries the offsets of the day around: the larger one that fits gives the earlier instant. */
function localOffset(formatter: Intl.DateTimeFormat, local: number): number {
  const day = 86_400_000;
  const candidates = [offsetAt(formatter, local - day), offsetAt(formatter, local + day)].toSorted((one, other) => other - one);
  return candidates.find((offset) => offsetAt(formatter, local - offset) === offset) ?? candidates[1] ?? 0;
}

function offsetAt(formatter: Intl.DateTimeFormat, instant: number): number {
  const parts = Object.fromEntries(formatter.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts as Readonly<Record<string, number>>;
  return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
}
