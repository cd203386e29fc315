/** Numbers, shares, times and sizes as text, by the reader's own locale. */

const LOCALE = typeof navigator === 'undefined' ? 'en-US' : navigator.language;

const whole = new Intl.NumberFormat(LOCALE);
const compactForm = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });
const oneDecimal = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
const dateForm = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' });
const dayForm = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' });
const dateTimeForm = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' });
const timeForm = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' });

export const formatCount = (value: number): string => whole.format(value);
export const formatCompact = (value: number): string => compactForm.format(value);

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** "1.2 MB": a kB is 1,000 bytes. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  return `${oneDecimal.format(bytes / 1000 ** power)} ${UNITS[power] ?? ''}`;
}

/** `1 profile`, `2,000 profiles`. */
export function formatCountOf(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

/** Share of a whole, 0 … 1, as a percentage that never claims 0 % for some or 100 % for not quite all. */
export function formatShare(part: number, total: number): string {
  if (total === 0) return '–';
  const share = part / total;
  if (part > 0 && share < 0.0001) return `< ${percent(0.0001, 2)}`;
  if (part < total && share > 0.9999) return `> ${percent(0.9999, 2)}`;
  return percent(share, (share < 0.01 && part > 0) || (share > 0.99 && part < total) ? 2 : 1);
}

/** `3.2×`; small ones with more digits. */
export const formatLift = (lift: number): string => `${new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3 }).format(lift)}×`;

function percent(share: number, digits: number): string {
  return new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: digits }).format(share);
}

/** @param ms milliseconds */
export function formatDuration(ms: number): string {
  if (ms < 1) return '< 1 ms';
  if (ms < 1000) return `${whole.format(Math.round(ms))} ms`;
  if (ms < 60_000) return `${oneDecimal.format(ms / 1000)} s`;
  return `${whole.format(Math.floor(ms / 60_000))} min ${whole.format(Math.round((ms % 60_000) / 1000))} s`;
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `3 minutes ago`. @param now epoch ms */
export function formatAgo(instant: string, now: number): string {
  const distance = Date.parse(instant) - now;
  const step = STEPS.find(([, size]) => Math.abs(distance) >= size);
  if (step === undefined) return Math.abs(distance) < 10_000 ? 'just now' : relative.format(Math.round(distance / 1000), 'second');
  return relative.format(Math.round(distance / step[1]), step[0]);
}

/** `2026-11-23 22:17:05 UTC` */
export const formatUtc = (instant: string): string => `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
export const formatDate = (instant: string): string => dateForm.format(new Date(instant));
export const formatDateTime = (instant: string): string => dateTimeForm.format(new Date(instant));
export const formatTime = (instant: string): string => timeForm.format(new Date(instant));

/** A day of a calendar, `2026-11-27`, whatever the zone of the reader. */
export const formatDay = (day: string): string => dayForm.format(new Date(`${day}T00:00:00Z`));

/** Money when the currency is a real code, else the plain number. */
export function formatMoney(amount: number, currency: string | undefined): string {
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) return oneDecimal.format(amount);
  return new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).format(amount);
}

/** A sentence of the checker with a capital, unless it begins with a field: `loyalty.tier is …` stays. */
export function asSentence(text: string): string {
  return /^[a-z]+(\s|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
