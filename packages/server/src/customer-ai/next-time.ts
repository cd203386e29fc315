/** When something that is done again and again is due next. */
import type { Frequency } from './prediction.ts';

const HOUR = 3_600_000;
const HOURS: Readonly<Record<Exclude<Frequency, 'off'>, number>> = { hourly: 1, daily: 24, weekly: 168, monthly: 730, quarterly: 2190 };

/** Null: never. */
export function nextTime(frequency: Frequency, after: Date): Date | null {
  return frequency === 'off' ? null : new Date(after.getTime() + HOURS[frequency] * HOUR);
}
