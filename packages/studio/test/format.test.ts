import { describe, expect, it } from 'vitest';
import { asSentence, formatAgo, formatCountOf, formatDuration, formatMoney, formatShare, formatUtc } from '../src/ui/format.ts';

describe('a share', () => {
  it('never claims nothing for some', () => expect(formatShare(1, 1_000_000)).toBe('< 0.01%'));
  it('never claims all for not quite all', () => expect(formatShare(999_999, 1_000_000)).toBe('> 99.99%'));
  it('is nought for none and whole for all', () => expect([formatShare(0, 10), formatShare(10, 10)]).toEqual(['0%', '100%']));
  it('of nothing is no number', () => expect(formatShare(0, 0)).toBe('–'));
  it('below one percent keeps two digits', () => expect(formatShare(312, 50_000)).toBe('0.62%'));
});

describe('a time', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  it('of this moment is just now', () => expect(formatAgo('2026-11-23T11:59:55Z', now)).toBe('just now'));
  it('of minutes counts minutes', () => expect(formatAgo('2026-11-23T11:57:00Z', now)).toBe('3 minutes ago'));
  it('of the day before is yesterday', () => expect(formatAgo('2026-11-22T11:00:00Z', now)).toBe('yesterday'));
  it('in UTC is written as such', () => expect(formatUtc('2026-11-23T12:00:00+02:00')).toBe('2026-11-23 10:00:00 UTC'));
});

describe('an amount', () => {
  it('of one is singular', () =>
    expect([formatCountOf(1, 'profile'), formatCountOf(2000, 'profile')]).toEqual(['1 profile', '2,000 profiles']));
  it('of time has a fitting unit', () =>
    expect([0.2, 41.3, 1520, 61_000].map(formatDuration)).toEqual(['< 1 ms', '41 ms', '1.5 s', '1 min 1 s']));
  it('of money without a currency is a plain number', () =>
    expect([formatMoney(12.5, 'EUR'), formatMoney(12.5, undefined)]).toEqual(['€12.50', '12.5']));
});

describe('a sentence', () => {
  it('begins with a capital', () => expect(asSentence('at least 1 event')).toBe('At least 1 event'));
  it('leaves the name of a field alone', () => expect(asSentence('timeZone is known')).toBe('timeZone is known'));
  it('leaves a path alone', () => expect(asSentence('loyalty.tier is "gold"')).toBe('loyalty.tier is "gold"'));
});
