/** `occurs`: the table of the reference, with its edges, leap days and zones. */
import { describe, expect, it } from 'vitest';
import { holds } from './support/schema.ts';

const at = (time: string): number => Date.parse(time);
const occurs = (time: string | null, text: string, now: string, zone = 'UTC'): boolean =>
  holds(`signup occurs ${text}`, time === null ? {} : { signup: time }, { now: at(now), zone });

const NOON = '2024-03-14T12:00:00Z'; // a Thursday

/** form, time of the event, whether it fits at NOON. */
const TABLE: readonly (readonly [text: string, time: string, expected: boolean])[] = [
  // before: T < s
  ['before now', '2024-03-14T11:59:59.999Z', true],
  ['before now', '2024-03-14T12:00:00Z', false],
  ['before today', '2024-03-13T23:59:59.999Z', true],
  ['before today', '2024-03-14T00:00:00Z', false],
  ['before last month', '2024-01-31T23:59:59Z', true],
  ['before last month', '2024-02-01T00:00:00Z', false],
  ['before date(2024, 2, 29)', '2024-02-28T23:59:59Z', true],
  ['before date(2024, 2, 29)', '2024-02-29T00:00:00Z', false],
  // after: T >= e, for a point T > s
  ['after now', '2024-03-14T12:00:00.001Z', true],
  ['after now', '2024-03-14T12:00:00Z', false],
  ['after yesterday', '2024-03-14T00:00:00Z', true],
  ['after yesterday', '2024-03-13T23:59:59Z', false],
  ['after today', '2024-03-14T13:00:00Z', false],
  ['after today', '2024-03-15T00:00:00Z', true],
  ['from today', '2024-03-15T00:00:00Z', true],
  ['after "2024-03-01T10:00:00+01:00"', '2024-03-01T09:00:00Z', false],
  ['after "2024-03-01T10:00:00+01:00"', '2024-03-01T09:00:00.001Z', true],
  // on
  ['today', '2024-03-14T00:00:00Z', true],
  ['on today', '2024-03-14T23:59:59.999Z', true],
  ['on today', '2024-03-15T00:00:00Z', false],
  ['on yesterday', '2024-03-13T12:00:00Z', true],
  ['on tomorrow', '2024-03-15T12:00:00Z', true],
  ['on date(2024, 2, 29)', '2024-02-29T23:59:59Z', true],
  ['on date(2024, 2, 29)', '2024-03-01T00:00:00Z', false],
  ['on "2024-02-29"', '2024-02-29T23:59:59Z', true],
  ['on now', '2024-03-14T12:00:00Z', true],
  ['on now', '2024-03-14T12:00:00.001Z', false],
  // calendar spans
  ['this month', '2024-03-01T00:00:00Z', true],
  ['this month', '2024-02-29T23:59:59Z', false],
  ['last month', '2024-02-01T00:00:00Z', true],
  ['last month', '2024-03-01T00:00:00Z', false],
  ['next month', '2024-04-30T23:59:59Z', true],
  ['this week', '2024-03-11T00:00:00Z', true],
  ['this week', '2024-03-10T23:59:59Z', false],
  ['this week', '2024-03-17T23:59:59Z', true],
  ['last year', '2023-07-01T00:00:00Z', true],
  ['this hour', '2024-03-14T12:59:59Z', true],
  ['last hour', '2024-03-14T11:00:00Z', true],
  ['this decade', '2020-01-01T00:00:00Z', true],
  ['this decade', '2019-12-31T23:59:59Z', false],
  ['this century', '2000-01-01T00:00:00Z', true],
  ['last millennium', '1999-12-31T00:00:00Z', true],
  // between: both ends belong
  ['between yesterday and today', '2024-03-13T00:00:00Z', true],
  ['between yesterday and today', '2024-03-14T23:59:59.999Z', true],
  ['between yesterday and today', '2024-03-15T00:00:00Z', false],
  ['between last month and last week', '2024-02-01T00:00:00Z', true],
  ['between last month and last week', '2024-03-10T23:59:59Z', true],
  ['between last month and last week', '2024-03-11T00:00:00Z', false],
  ['between date(2024, 1, 1) and now', '2024-03-14T12:00:00Z', true],
  ['between now and date(2024, 1, 1)', '2024-02-01T00:00:00Z', false],
  // within N before
  ['< 2 hours before now', '2024-03-14T10:00:00Z', false],
  ['< 2 hours before now', '2024-03-14T10:00:00.001Z', true],
  ['<= 2 hours before now', '2024-03-14T10:00:00Z', true],
  ['<= 2 hours before now', '2024-03-14T12:00:00Z', false],
  ['<= 2 hours before now', '2024-03-14T12:00:01Z', false],
  ['<= 1 day before today', '2024-03-13T00:00:00Z', true],
  ['<= 1 day before today', '2024-03-14T00:00:00Z', false],
  ['<= 1 week before this month', '2024-02-23T00:00:00Z', true],
  ['<= 1 week before this month', '2024-03-01T00:00:00Z', false],
  // more than N before
  ['> 2 hours before now', '2024-03-14T09:59:59.999Z', true],
  ['> 2 hours before now', '2024-03-14T10:00:00Z', false],
  ['>= 2 hours before now', '2024-03-14T10:00:00Z', true],
  // within and more than N after
  ['< 2 hours after now', '2024-03-14T12:00:00Z', false],
  ['< 2 hours after now', '2024-03-14T13:59:59Z', true],
  ['< 2 hours after now', '2024-03-14T14:00:00Z', false],
  ['<= 2 hours from now', '2024-03-14T14:00:00Z', true],
  ['> 2 hours after now', '2024-03-14T14:00:00.001Z', true],
  ['>= 2 hours after now', '2024-03-14T14:00:00Z', true],
  ['<= 1 day after yesterday', '2024-03-14T00:00:00Z', true],
  ['<= 1 day after yesterday', '2024-03-15T00:00:00Z', true],
  ['<= 1 day after yesterday', '2024-03-15T00:00:00.001Z', false],
  // the slot N units away
  ['= 2 days before now', '2024-03-12T00:00:00Z', true],
  ['= 2 days before now', '2024-03-12T23:59:59Z', true],
  ['= 2 days before now', '2024-03-13T00:00:00Z', false],
  ['= 0 days before now', '2024-03-14T23:00:00Z', true],
  ['= 1 month before today', '2024-02-29T10:00:00Z', true],
  ['= 1 day after last month', '2024-03-01T10:00:00Z', true],
  ['= 1 day after yesterday', '2024-03-14T10:00:00Z', true],
  ['= 1 hour from now', '2024-03-14T13:30:00Z', true],
  ['!= 2 days before now', '2024-03-12T10:00:00Z', false],
  ['!= 2 days before now', '2024-03-13T00:00:00Z', true],
];

describe('occurs', () => {
  it.each(TABLE)('%s, at %s: %s', (text, time, expected) => {
    expect(occurs(time, text, NOON)).toBe(expected);
  });

  it('is false for a time that is not there, in every form', () => {
    for (const [text] of TABLE) expect(occurs(null, text, NOON), text).toBe(false);
  });

  it('makes <= 1 month before today on 28 August run from 28 July to 27 August', () => {
    const fits = (time: string): boolean => occurs(time, '<= 1 month before today', '2024-08-28T17:30:00Z');
    expect(['2024-07-27T23:59:59.999Z', '2024-07-28T00:00:00Z', '2024-08-27T23:59:59.999Z', '2024-08-28T00:00:00Z'].map(fits)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('tells the rolling month from the calendar month', () => {
    expect(occurs('2024-02-14T13:00:00Z', '<= 1 month before now', NOON)).toBe(true);
    expect(occurs('2024-03-01T13:00:00Z', 'last month', NOON)).toBe(false);
  });

  it('clamps days that a month or year does not have', () => {
    // 31 March less one month is 29 February in a leap year, 28 February in others.
    expect(occurs('2024-02-29T12:00:00Z', '<= 1 month before now', '2024-03-31T12:00:00Z')).toBe(true);
    expect(occurs('2024-02-29T11:59:59Z', '<= 1 month before now', '2024-03-31T12:00:00Z')).toBe(false);
    expect(occurs('2023-02-28T12:00:00Z', '<= 1 month before now', '2023-03-31T12:00:00Z')).toBe(true);
    expect(occurs('2023-02-28T12:00:00Z', '<= 1 year before now', '2024-02-29T12:00:00Z')).toBe(true);
    expect(occurs('2023-02-28T11:59:59Z', '<= 1 year before now', '2024-02-29T12:00:00Z')).toBe(false);
    expect(occurs('2024-02-29T12:00:00Z', '<= 4 years before now', '2028-02-29T12:00:00Z')).toBe(true);
  });

  it('counts days and months in the zone of evaluation', () => {
    // 04:30 UTC on the 14th is still the 13th in New York.
    expect(occurs('2024-03-14T03:30:00Z', 'on today', '2024-03-14T04:30:00Z')).toBe(true);
    expect(occurs('2024-03-14T04:30:00Z', 'on yesterday', '2024-03-14T12:00:00Z', 'America/New_York')).toBe(false);
    expect(occurs('2024-03-14T03:30:00Z', 'on yesterday', '2024-03-14T12:00:00Z', 'America/New_York')).toBe(true);
    expect(occurs('2024-02-29T18:30:00Z', 'this month', NOON, 'Asia/Kolkata')).toBe(true);
  });

  it('passes over changes of the clock by the calendar for days, by elapsed time for hours', () => {
    // New York moved forward on 10 March 2024: that day had 23 hours.
    const after = '2024-03-10T16:00:00Z'; // noon, summer time
    expect(occurs('2024-03-09T17:00:00Z', '<= 1 day before now', after, 'America/New_York')).toBe(true);
    expect(occurs('2024-03-09T16:59:59Z', '<= 1 day before now', after, 'America/New_York')).toBe(false);
    expect(occurs('2024-03-09T16:00:00Z', '<= 24 hours before now', after, 'America/New_York')).toBe(true);
    expect(occurs('2024-03-09T15:59:59Z', '<= 24 hours before now', after, 'America/New_York')).toBe(false);
  });

  it('reads stored times as text with an offset or as epoch milliseconds', () => {
    const now = { now: at(NOON), zone: 'UTC' };
    for (const signup of ['2024-03-14T12:30:00+01:00', '2024-03-14T11:30Z', at('2024-03-14T11:30:00Z')] as const) {
      expect(holds('signup occurs < 31 minutes before now', { signup }, now)).toBe(true);
      expect(holds('signup occurs < 30 minutes before now', { signup }, now)).toBe(false);
    }
    expect(holds('visits occurs today', { visits: at(NOON) }, now)).toBe(true);
    expect(holds('level occurs today', { level: '2024-03-14T01:00:00Z' }, now)).toBe(true);
    expect(holds('level occurs before now', { level: 'gold' }, now)).toBe(false);
  });

  it('takes dates as days and works on birthdays', () => {
    const leapling = { person: { birthDate: '2004-02-29' } };
    expect(holds('person.birthDate occurs on date(2004, 2, 29)', leapling)).toBe(true);
    expect(holds('person.birthDate.getMonth() = 2 and person.birthDate.getDayOfMonth() = 29', leapling)).toBe(true);
    expect(holds('person.birthDate occurs >= 20 years before today', leapling)).toBe(true);
    expect(holds('person.birthDate occurs >= 21 years before today', leapling)).toBe(false);
    expect(holds('signup occurs on person.birthDate', { ...leapling, signup: '2004-02-29T21:00:00Z' })).toBe(true);
  });

  it('fits when any of several times fits', () => {
    const document = { xEvent: [{ timestamp: '2024-03-01T00:00:00Z' }, { timestamp: '2024-03-14T01:00:00Z' }] };
    expect(holds('xEvent.timestamp occurs today', document)).toBe(true);
    expect(holds('xEvent.timestamp occurs yesterday', document)).toBe(false);
  });

  it('has the parts of the day of evaluation', () => {
    expect(holds('currentYear() = 2024 and currentMonth() = 3 and currentDayOfMonth() = 14')).toBe(true);
    expect(holds('today.getDayOfMonth() = 14 and yesterday.getDayOfMonth() = 13 and tomorrow.getMonth() = 3')).toBe(true);
    expect(holds('signup >= today and signup < tomorrow', { signup: '2024-03-14T00:00:00Z' })).toBe(true);
  });
});
