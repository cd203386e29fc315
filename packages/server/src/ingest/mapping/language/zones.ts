/** Time zones: wall clocks and instants, both in milliseconds; a wall clock is written as if it were UTC. */

export interface Zone {
  readonly name: string;
  /** Milliseconds ahead of UTC at an instant. */
  readonly offset: (instant: number) => number;
  /** The instant at which the clock shows that; of a time that a change of the clock repeats, the earlier one. */
  readonly instant: (local: number) => number;
}

export const UTC: Zone = { name: 'UTC', offset: () => 0, instant: (local) => local };

/** Abbreviations that mean one zone everywhere they are used in data; others are ambiguous. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  WET: 0,
  WEST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  JST: 9,
};

const known = new Map<string, Zone | null>([
  ['UTC', UTC],
  ['Z', UTC],
  ['GMT', UTC],
]);

/** A zone by its name of the IANA list, an offset such as +02:00, or a usual abbreviation; null when there is none. */
export function zoneOf(name: string): Zone | null {
  let zone = known.get(name);
  if (zone === undefined) {
    if (known.size > 1000) known.clear();
    known.set(name, (zone = made(name)));
  }
  return zone;
}

const HOUR = 3_600_000;

function made(name: string): Zone | null {
  const hours = ABBREVIATIONS[name.toUpperCase()];
  if (hours !== undefined) return fixed(name, hours * HOUR);
  const match = /^(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(name);
  if (match !== null) {
    const [, sign, hour = '0', minute = '0'] = match;
    const offset = (Number(hour) * 60 + Number(minute)) * 60_000;
    return Number(hour) <= 18 && Number(minute) < 60 ? fixed(name, sign === '-' ? -offset : offset) : null;
  }
  try {
    return named(name);
  } catch {
    return null;
  }
}

function fixed(name: string, offset: number): Zone {
  return { name, offset: () => offset, instant: (local) => local - offset };
}

/** Offsets change at quarters of an hour only: each is asked for once. */
const QUARTER = 900_000;
const MOST_QUARTERS = 50_000;

/** Throws RangeError when there is no such zone. */
function named(name: string): Zone {
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const offset = remembered((instant) => offsetAt(formatter, instant));
  const behind = remembered((local) => localOffset(offset, local));
  return { name, offset, instant: (local) => local - behind(local) };
}

function remembered(ask: (quarter: number) => number): (time: number) => number {
  const answers = new Map<number, number>();
  return (time) => {
    if (Number.isNaN(time)) return 0;
    const quarter = Math.floor(time / QUARTER);
    let answer = answers.get(quarter);
    if (answer === undefined) {
      if (answers.size >= MOST_QUARTERS) answers.clear();
      answers.set(quarter, (answer = ask(quarter * QUARTER)));
    }
    return answer;
  };
}

/** Tries the offsets of the day around: the larger one that fits gives the earlier instant. */
function localOffset(offset: (instant: number) => number, local: number): number {
  const day = 24 * HOUR;
  const candidates = [offset(local - day), offset(local + day)].toSorted((one, other) => other - one);
  return candidates.find((each) => offset(local - each) === each) ?? candidates[1] ?? 0;
}

function offsetAt(formatter: Intl.DateTimeFormat, instant: number): number {
  const parts = Object.fromEntries(formatter.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts as Readonly<Record<string, number>>;
  return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
}
