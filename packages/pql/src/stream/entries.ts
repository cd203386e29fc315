/** The evidence of one atom for one profile: when its events were, oldest first, and what they are worth. */

export interface Entries {
  /** Epoch ms, ascending; -Infinity for events without a time. */
  readonly times: number[];
  /** `eventNumber` of each event; 0 for those without an id. */
  readonly ids: number[];
  /** Empty for atoms without a value. */
  readonly values: (number | null)[];
}

export interface Entry {
  readonly time: number;
  readonly id: number;
  readonly value: number | null;
}

export const NO_ENTRIES: Entries = { times: [], ids: [], values: [] };

/** Keeps the order of time, and among equals that of arrival. False for an event that is there already. */
export function insertEntry(entries: Entries, entry: Entry, valued: boolean): boolean {
  const { times, ids, values } = entries;
  const place = firstAbove(times, entry.time);
  if (entry.id !== 0) {
    for (let at = place - 1; at >= 0 && times[at] === entry.time; at--) if (ids[at] === entry.id) return false;
  }
  times.splice(place, 0, entry.time);
  ids.splice(place, 0, entry.id);
  if (valued) values.splice(place, 0, entry.value);
  return true;
}

/** Forgets what is older than a time. */
export function dropBefore({ times, ids, values }: Entries, time: number): void {
  const count = firstAtLeast(times, time);
  if (count === 0) return;
  times.splice(0, count);
  ids.splice(0, count);
  values.splice(0, count);
}

/** Index of the first time that is greater. */
export function firstAbove(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  // Most events come in order.
  if (high === 0 || (times[high - 1] as number) <= time) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first time that is not less. */
export function firstAtLeast(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * An event id as 53 bits, never 0. Two events are taken for one only when they are of one profile, of one millisecond,
 * and agree in these bits.
 */
export function eventNumber(id: unknown): number {
  if (typeof id !== 'string') return 0;
  let [one, two] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 4294967296 * (2097151 & two) + (one >>> 0) + 1;
}
