/** Rhythms as cron expressions of Quartz, which are in UTC. */

export const RHYTHMS = [
  ['daily', 'every day at'],
  ['weekdays', 'Monday to Friday at'],
  ['hourly', 'every hour, at the minute of'],
  ['own', 'by a cron expression'],
] as const;
export type Rhythm = (typeof RHYTHMS)[number][0];

/**
 * @param time of day where the reader is, `03:00`
 * @param now its date says how far the reader's zone is from UTC
 */
export function cronAt(rhythm: Exclude<Rhythm, 'own'>, time: string, now: Date): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const at = new Date(now);
  at.setHours(hour, minute, 0, 0);
  const [hours, minutes] = [at.getUTCHours(), at.getUTCMinutes()];
  if (rhythm === 'hourly') return `0 ${minutes} * * * ?`;
  if (rhythm === 'daily') return `0 ${minutes} ${hours} * * ?`;
  return `0 ${minutes} ${hours} ? * ${weekdays(at.getUTCDay() - at.getDay())}`;
}

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;

/** Monday to Friday, when in UTC it is another day by then. @param shift days between the two calendars */
function weekdays(shift: number): string {
  const ordered = [1, 2, 3, 4, 5].map((day) => DAYS[(day + shift + 7) % 7] ?? '');
  return ordered.join(',');
}
