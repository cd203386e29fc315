/** Dates with the zone they are seen in. */
import { parseTime } from '@kindred/pql';
import { Invalid, show } from '../values.ts';
import { compileTimePattern } from './time-pattern.ts';
import { UTC } from './zones.ts';
import type { Zone } from './zones.ts';

/** An instant; where it is written to XDM the zone no longer matters. */
export class ZonedDate extends Date {
  readonly zone: Zone;

  constructor(instant: number, zone: Zone = UTC) {
    super(instant);
    this.zone = zone;
  }

  /** What the clock shows, as if it were UTC. */
  get local(): number {
    return this.getTime() + this.zone.offset(this.getTime());
  }
}

/** Tried in this order when no format is given. Times without a zone are UTC. */
const DOCUMENTED = [
  'yyyy/MM/dd',
  'yyyy.MM.dd',
  'yyyy-MMM-dd',
  'yyyyMMdd',
  'MM-dd-yyyy',
  'MMddyyyy',
  'M/dd/yyyy',
  'dd.M.yyyy',
  'M/dd/yyyy hh:mm:ss a',
  'dd.M.yyyy hh:mm:ss a',
  'dd.MMM.yyyy',
  'dd-MMM-yyyy',
  'yyyy-MM-dd HH:mm:ss z',
  "yyyy-MM-dd'T'HH:mm:ss z",
];

/** A date, epoch milliseconds, ISO 8601 text, or text in one of the documented formats. */
export function readDate(value: unknown): ZonedDate | Invalid {
  if (value instanceof ZonedDate) return value;
  const instant = value instanceof Date ? value.getTime() : parseTime(value);
  if (instant !== null) return new ZonedDate(instant);
  if (typeof value === 'string') {
    for (const format of DOCUMENTED) {
      const pattern = compileTimePattern(format);
      const date = 'problem' in pattern ? null : pattern.parse(value, UTC);
      if (date !== null) return new ZonedDate(date.instant, date.zone);
    }
  }
  return new Invalid(`expected a date such as 2026-01-31T09:30:00Z, found ${show(value)} (say how it is written: date(x, "dd/MM/yyyy"))`);
}
