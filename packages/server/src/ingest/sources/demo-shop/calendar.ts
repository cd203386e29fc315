/**
 * When people shop: growth, weekdays, seasons, Black Friday, hours of the day where they live, and the
 * e-mail campaigns everybody gets. Days are counted from 1970-01-01 (UTC).
 */
import { firstAbove, Random, Weighted } from './random.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** Sunday first. */
const WEEKDAYS = [1.28, 1.06, 0.97, 0.94, 0.96, 0.88, 1.02];
/** January … December. */
const MONTHS = [1.08, 0.86, 0.97, 1.05, 1.12, 1.1, 1, 0.88, 0.96, 0.98, 1.2, 1.18];
const HOURS = [0.5, 0.25, 0.14, 0.1, 0.12, 0.3, 0.8, 1.5, 2.1, 2.6, 2.9, 3.1, 3.4, 3.2, 2.9, 2.8, 2.9, 3.2, 3.8, 4.7, 5.6, 5.3, 3.6, 1.6];
/** The shop's visits grow by this factor over the window. */
const GROWTH = 1.4;

const hourOfDay = new Weighted(
  HOURS.map((_, hour) => hour),
  (hour) => HOURS[hour]!,
);

export interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly group: 'newsletter' | 'sale';
  /** When sending begins, epoch ms. */
  readonly time: number;
}

interface Sale {
  readonly name: string;
  /** Share taken off list prices. */
  readonly discount: number;
}

export interface Calendar {
  /** First instant of the window and the first after it, epoch ms. */
  readonly start: number;
  readonly end: number;
  readonly campaigns: readonly Campaign[];
  /** An instant not before `from`, on a day before `to` where they live, when somebody in that zone would shop. */
  shoppingTime(random: Random, range: { from: number; to: number; timeZone: string }): number;
  sale(time: number): Sale | null;
  /** 0 = January, in UTC. */
  month(time: number): number;
  /** How much longer deliveries take than usual: the weeks before Christmas are slow. */
  deliveryStrain(time: number): number;
}

/** A calendar takes milliseconds to make and is the same for all parts of a shop, so the last one is kept. */
let latest: { readonly end: number; readonly days: number; readonly calendar: Calendar } | null = null;

/** The calendar of `days` days up to `end` (epoch ms, excluded). */
export function calendarOf(end: number, days: number): Calendar {
  if (latest?.end !== end || latest.days !== days) latest = { end, days, calendar: createCalendar(end, days) };
  return latest.calendar;
}

function createCalendar(end: number, days: number): Calendar {
  const start = end - days * DAY;
  const firstDay = Math.floor(start / DAY);
  const lastDay = Math.floor((end - 1) / DAY);
  const upTo = new Float64Array(lastDay - firstDay + 1);
  let total = 0;
  for (let day = firstDay; day <= lastDay; day += 1) {
    total += dayWeight(day) * GROWTH ** ((day - firstDay) / days);
    upTo[day - firstDay] = total;
  }
  const offsets = new Map<string, Float64Array>();
  return {
    start,
    end,
    campaigns: campaignsOf(firstDay, lastDay),
    sale: (time) => saleOn(Math.floor(time / DAY)),
    month: (time) => new Date(time).getUTCMonth(),
    deliveryStrain: (time) => (isPeak(Math.floor(time / DAY)) ? 2 : 1),
    shoppingTime(random, { from, to, timeZone }) {
      const low = before(upTo, Math.floor(from / DAY) - firstDay);
      const high = upTo[Math.min(Math.floor((to - 1) / DAY) - firstDay, upTo.length - 1)]!;
      const day = firstDay + firstAbove(upTo, random.between(low, high));
      let zone = offsets.get(timeZone);
      if (!zone) offsets.set(timeZone, (zone = zoneOffsets(timeZone, firstDay, upTo.length)));
      return Math.max(from, day * DAY + (hourOfDay.pick(random) + random.unit()) * HOUR - zone[day - firstDay]!);
    },
  };
}

function before(upTo: Float64Array, index: number): number {
  return index > 0 ? upTo[Math.min(index, upTo.length) - 1]! : 0;
}

/** Milliseconds the zone is ahead of UTC, at noon of each day. */
function zoneOffsets(timeZone: string, firstDay: number, count: number): Float64Array {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
  return Float64Array.from({ length: count }, (_, index) => {
    const name = format.formatToParts((firstDay + index) * DAY + DAY / 2).find((part) => part.type === 'timeZoneName')!.value;
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name)!;
    if (sign === undefined) return 0;
    return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
  });
}

function dayWeight(day: number): number {
  const date = new Date(day * DAY);
  const sinceBlackFriday = day - blackFriday(date.getUTCFullYear());
  return WEEKDAYS[date.getUTCDay()]! * MONTHS[date.getUTCMonth()]! * blackWeekFactor(sinceBlackFriday) * christmasFactor(date);
}

function blackWeekFactor(sinceBlackFriday: number): number {
  if (sinceBlackFriday === 0) return 4.4;
  if (sinceBlackFriday === 3) return 2.2;
  return sinceBlackFriday >= -4 && sinceBlackFriday <= 4 ? 1.8 : 1;
}

function christmasFactor(date: Date): number {
  if (date.getUTCMonth() !== 11) return 1;
  const day = date.getUTCDate();
  if (day >= 24 && day <= 26) return 0.35;
  return day >= 8 && day <= 20 ? 1.35 : 1;
}

/** The day after the fourth Thursday of November. */
function blackFriday(year: number): number {
  const first = Date.UTC(year, 10, 1);
  const toThursday = (4 - new Date(first).getUTCDay() + 7) % 7;
  return first / DAY + toThursday + 22;
}

function isPeak(day: number): boolean {
  const date = new Date(day * DAY);
  return day >= blackFriday(date.getUTCFullYear()) && (date.getUTCMonth() === 10 || date.getUTCDate() <= 23);
}

function saleOn(day: number): Sale | null {
  const date = new Date(day * DAY);
  const month = date.getUTCMonth();
  const dayOfMonth = date.getUTCDate();
  const sinceBlackFriday = day - blackFriday(date.getUTCFullYear());
  if (sinceBlackFriday >= -4 && sinceBlackFriday <= 3) return { name: 'Black Week', discount: 0.25 };
  if ((month === 11 && dayOfMonth >= 27) || (month === 0 && dayOfMonth <= 20)) return { name: 'Winter sale', discount: 0.2 };
  if ((month === 5 && dayOfMonth >= 24) || (month === 6 && dayOfMonth <= 14)) return { name: 'Summer sale', discount: 0.2 };
  return null;
}

/** A newsletter every third Thursday, and one mail on the first day of each sale; all at 07:00 UTC. */
function campaignsOf(firstDay: number, lastDay: number): readonly Campaign[] {
  const campaigns: Campaign[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    const date = new Date(day * DAY).toISOString().slice(0, 10);
    const sale = saleOn(day);
    const time = day * DAY + 7 * HOUR;
    // 1970-01-01 was a Thursday.
    if (sale && !saleOn(day - 1)) campaigns.push({ id: `sale-${date}`, name: `${sale.name} ${date.slice(0, 4)}`, group: 'sale', time });
    else if (day % 21 === 0) campaigns.push({ id: `newsletter-${date}`, name: `Newsletter ${date}`, group: 'newsletter', time });
  }
  return campaigns;
}
