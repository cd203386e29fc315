/** Times in the formats of mapping files, as instants. */
import { parseInstant } from '../../schema/index.ts';
import { compileTimePattern } from './language/time-pattern.ts';
import { UTC, zoneOf } from './language/zones.ts';
import type { Zone } from './language/zones.ts';
import { invalid } from './reader.ts';

/** Epoch milliseconds, NaN for a value that is no such time. */
export type ParseTime = (value: unknown) => number;

const FORMATS =
  'Formats: iso, epochSeconds, epochMilliseconds, or a pattern such as yyyy-MM-dd HH:mm:ss.SSS (one letter: without leading zero).';

/** @param name of a zone of the IANA list, for times that state no zone of their own */
export function timeParser(format: string, name: string | null, where: string): ParseTime {
  const zone = name === null ? null : zoneOf(name);
  if (name !== null && zone === null)
    return invalid(where, `there is no time zone ${JSON.stringify(name)}`, 'Use a name of the IANA list, such as Europe/London, or UTC.');
  switch (format) {
    case 'iso':
      return (value) => isoTime(value, zone);
    case 'epochSeconds':
      return (value) => Math.round(numeric(value) * 1000);
    case 'epochMilliseconds':
      return (value) => Math.round(numeric(value));
    default:
      return patternParser(format, zone, where);
  }
}

/** ISO 8601, a date alone being its midnight. */
function isoTime(value: unknown, zone: Zone | null): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string') return NaN;
  const instant = parseInstant(value);
  if (!Number.isNaN(instant) || zone === null) return instant;
  return zone.instant(parseInstant(value.length === 10 ? `${value}T00:00:00Z` : `${value}Z`));
}

function numeric(value: unknown): number {
  return typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

function patternParser(format: string, zone: Zone | null, where: string): ParseTime {
  const pattern = compileTimePattern(format);
  if ('problem' in pattern) return invalid(where, `the format ${format} ${pattern.problem}`, FORMATS);
  if (pattern.unreadable !== null) return invalid(where, `the format ${format} ${pattern.unreadable}`, FORMATS);
  if (zone === null && !pattern.zoned)
    return invalid(where, `times in the format ${format} have no time zone`, 'Add "zone", for example "zone": "Europe/London" or "UTC".');
  return (value) => (typeof value === 'string' ? (pattern.parse(value, zone ?? UTC)?.instant ?? NaN) : NaN);
}
