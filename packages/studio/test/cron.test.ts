/** Rhythms of schedules in the reader's zone, told to a server that counts in UTC. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import process from 'node:process';
import { cronAt } from '../src/evaluation/cron.ts';

const zone = process.env['TZ'];
beforeEach(() => void (process.env['TZ'] = 'Asia/Tokyo'));
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test.each([
  ['daily', '03:00', '0 0 18 * * ?'],
  ['daily', '12:15', '0 15 3 * * ?'],
  ['hourly', '03:20', '0 20 * * * ?'],
  ['weekdays', '12:15', '0 15 3 ? * MON,TUE,WED,THU,FRI'],
  ['weekdays', '03:00', '0 0 18 ? * SUN,MON,TUE,WED,THU'],
] as const)('%s at %s in Tokyo is %s', (rhythm, time, cron) => {
  expect(cronAt(rhythm, time, new Date('2026-11-27T08:00:00Z'))).toBe(cron);
});
