import { Invalid, show } from '../../values.ts';
import { readDate, ZonedDate } from '../dates.ts';
import { addTo, COMPONENTS, componentOf, setComponent } from '../date-parts.ts';
import { compileTimePattern } from '../time-pattern.ts';
import { UTC, zoneOf } from '../zones.ts';
import { define } from './function.ts';
import type { ArgumentProblem } from './function.ts';
import { absent, any, date, integer, number, optional, text } from './params.ts';

const family = 'Date and time';

type Use = 'read' | 'write';

function checkFormat(argument: number, use: Use): (constants: readonly unknown[]) => ArgumentProblem | null {
  return (constants) => {
    const format = constants[argument];
    if (typeof format !== 'string') return null;
    const pattern = compileTimePattern(format);
    const problem = 'problem' in pattern ? pattern.problem : use === 'read' ? pattern.unreadable : null;
    const hint = 'Letters are those of Java, with case: yyyy-MM-dd HH:mm:ss. Words stand in single quotes.';
    return problem === null ? null : { argument, code: 'bad-date', message: `The format ${format} ${problem}.`, hint };
  };
}

function formatted(value: ZonedDate, format: string): string | Invalid {
  const pattern = compileTimePattern(format);
  return 'problem' in pattern ? new Invalid(`the format ${format} ${pattern.problem}`) : pattern.format(value.local, value.zone);
}

/** What it stands for when there is no format, or one. */
function dateOf(value: unknown, format: string | undefined): ZonedDate | Invalid {
  if (format === undefined || value instanceof Date) return readDate(value);
  const pattern = compileTimePattern(format);
  const problem = 'problem' in pattern ? pattern.problem : pattern.unreadable;
  if ('problem' in pattern || problem !== null) return new Invalid(`the format ${format} ${problem}`);
  const read = pattern.parse(String(value), UTC);
  return read === null
    ? new Invalid(`expected a time in the format ${format}, found ${show(value)}`)
    : new ZonedDate(read.instant, read.zone);
}

function checkComponent(argument: number, allowed: readonly string[]): (constants: readonly unknown[]) => ArgumentProblem | null {
  return (constants) => {
    const component = constants[argument];
    if (typeof component !== 'string' || componentOf(component) !== null) return null;
    return { argument, code: 'bad-date', message: `${show(component)} is no part of a date.`, hint: `Parts: ${allowed.join(', ')}.` };
  };
}

export const dateFunctions = [
  define({
    name: 'now',
    family,
    params: [],
    returns: 'date',
    doc: 'The time at which the reading of the source began: the same for every record of it.',
    examples: [['now()', '2026-01-31T09:30:00.000Z']],
    call: (_, { now }) => new ZonedDate(now),
  }),
  define({
    name: 'timestamp',
    family,
    params: [],
    returns: 'integer',
    doc: 'now() as epoch milliseconds.',
    examples: [['timestamp()', 1_769_851_800_000]],
    call: (_, { now }) => now,
  }),
  define({
    name: 'format',
    family,
    params: [date('DATE'), text('FORMAT')],
    returns: 'text',
    doc: 'A date written in a format, in its own zone.',
    examples: [['format(date("2019-10-23T11:24:35+00:00"), "yyyy-MM-dd HH:mm:ss")', '2019-10-23 11:24:35']],
    check: checkFormat(1, 'write'),
    call: ([value, format]) => formatted(value, format),
  }),
  define({
    name: 'dformat',
    family,
    params: [number('TIMESTAMP'), text('FORMAT')],
    returns: 'text',
    doc: 'Epoch milliseconds written in a format, in UTC.',
    examples: [[`dformat(1571829875000, "yyyy-MM-dd'T'HH:mm:ss.SSSX")`, '2019-10-23T11:24:35.000Z']],
    check: checkFormat(1, 'write'),
    call: ([instant, format]) => {
      const value = readDate(instant);
      return value instanceof Invalid ? value : formatted(value, format);
    },
  }),
  define({
    name: 'date',
    family,
    params: [any('DATE'), optional(text('FORMAT')), optional(date('DEFAULT_DATE'))],
    nulls: true,
    returns: 'date',
    doc: 'A date from text written in FORMAT, or else in ISO 8601 or one of the documented formats; UTC when it says no zone. DEFAULT_DATE when DATE has no value. Text that is no such date is an error of the record.',
    examples: [
      ['date("2019-10-23 11:24")', '2019-10-23T11:24:00.000Z'],
      ['date("23/10/2019 11:24", "dd/MM/yyyy HH:mm")', '2019-10-23T11:24:00.000Z'],
      ['date(ordered, "yyyy-MM-dd HH:mm", now())', '2026-01-31T09:30:00.000Z', {}],
    ],
    check: checkFormat(1, 'read'),
    call: ([value, format, otherwise]) => (absent(value) ? otherwise : dateOf(value, format)),
  }),
  define({
    name: 'date_part',
    family,
    params: [text('COMPONENT'), date('DATE')],
    returns: 'integer',
    doc: `A part of a date as a number: ${COMPONENTS.all.join(', ')}, and their short forms. Weekdays from 1, Sunday; weeks as ISO 8601 counts them.`,
    examples: [
      ['date_part("MM", date("2019-10-17 11:55:12"))', 10],
      ['date_part("quarter", date("2019-10-17"))', 4],
    ],
    check: checkComponent(0, COMPONENTS.all),
    call: ([component, value]) =>
      componentOf(component)?.read(new Date(value.local)) ?? new Invalid(`${show(component)} is no part of a date`),
  }),
  define({
    name: 'set_date_part',
    family,
    params: [text('COMPONENT'), integer('VALUE'), date('DATE')],
    returns: 'date',
    doc: `A date with one part replaced: ${COMPONENTS.settable.join(', ')}, and their short forms.`,
    examples: [['set_date_part("m", 4, date("2016-11-09T11:44:44.797"))', '2016-04-09T11:44:44.797Z']],
    check: checkComponent(0, COMPONENTS.settable),
    call: ([component, value, of]) => setComponent(of, component, value),
  }),
  define({
    name: 'make_date_time',
    aliases: ['make_timestamp'],
    family,
    params: [
      integer('YEAR'),
      integer('MONTH'),
      integer('DAY'),
      integer('HOUR'),
      integer('MINUTE'),
      integer('SECOND'),
      integer('NANOSECOND'),
      text('TIMEZONE'),
    ],
    returns: 'date',
    doc: 'A date from its parts, in a zone of the IANA list.',
    examples: [['make_date_time(2019, 10, 17, 11, 55, 12, 999, "America/Los_Angeles")', '2019-10-17T18:55:12.000Z']],
    call: ([year, month, day, hour, minute, second, nanosecond, name]) => {
      const zone = zoneOf(name);
      if (zone === null) return new Invalid(`make_date_time: there is no time zone ${show(name)}`);
      const local = Date.UTC(year, month - 1, day, hour, minute, second, Math.floor(nanosecond / 1e6));
      const shown = new Date(local);
      const exists = shown.getUTCMonth() === month - 1 && shown.getUTCDate() === day && shown.getUTCHours() === hour;
      return exists ? new ZonedDate(zone.instant(local), zone) : new Invalid('make_date_time: there is no such time');
    },
  }),
  define({
    name: 'zone_date_to_utc',
    family,
    params: [date('DATE')],
    returns: 'date',
    doc: 'The same instant seen in UTC.',
    examples: [['zone_date_to_utc("2019-10-17T11:55:12 PST")', '2019-10-17T19:55:12.000Z']],
    call: ([value]) => new ZonedDate(value.getTime()),
  }),
  define({
    name: 'zone_date_to_zone',
    family,
    params: [date('DATE'), text('ZONE')],
    returns: 'date',
    doc: 'The same instant seen in another zone: what format and date_part then show.',
    examples: [['format(zone_date_to_zone(date("2021-10-26T13:43:59Z"), "Europe/Paris"), "HH:mm XXX")', '15:43 +02:00']],
    call: ([value, name]) => {
      const zone = zoneOf(name);
      return zone === null ? new Invalid(`there is no time zone ${show(name)}`) : new ZonedDate(value.getTime(), zone);
    },
  }),
  define({
    name: 'add_to_date',
    family,
    params: [date('DATE'), integer('VALUE'), text('COMPONENT')],
    returns: 'date',
    doc: 'A date that many units later, or earlier when VALUE is negative; a day that a month does not have becomes its last.',
    examples: [
      ['add_to_date(date("2024-01-31"), 1, "month")', '2024-02-29T00:00:00.000Z'],
      ['add_to_date(date("2024-03-01"), -1, "day")', '2024-02-29T00:00:00.000Z'],
    ],
    check: checkComponent(2, COMPONENTS.settable),
    call: ([value, amount, component]) => addTo(value, component, amount),
  }),
];
