/** Cron expressions as Quartz reads them; a library of another dialect is the second opinion where the two agree. */
import { Cron as Croner } from 'croner';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CronError, parseCron } from '../../src/segmentation/schedule/cron.ts';

/** The next instants after the beginning of 2026-01-01, a Thursday. */
function instants(expression: string, count: number, from = '2026-01-01T00:00:00Z'): readonly string[] {
  const cron = parseCron(expression);
  const found: string[] = [];
  for (let at: Date | null = new Date(from); found.length < count;) {
    at = cron.next(at);
    if (at === null) return found;
    found.push(at.toISOString().replace('.000Z', ''));
  }
  return found;
}

const days = (expression: string, count: number, from?: string): readonly string[] =>
  instants(expression, count, from).map((instant) => instant.slice(0, 10));

describe('times', () => {
  test.for([
    ['0 0 1 * * ?', ['2026-01-01T01:00:00', '2026-01-02T01:00:00']],
    ['0 0 12 * * ?', ['2026-01-01T12:00:00', '2026-01-02T12:00:00']],
    ['0 15 10 ? * *', ['2026-01-01T10:15:00', '2026-01-02T10:15:00']],
    ['0/20 * * * * ?', ['2026-01-01T00:00:20', '2026-01-01T00:00:40', '2026-01-01T00:01:00']],
    ['/30 * * * * ?', ['2026-01-01T00:00:30', '2026-01-01T00:01:00']],
    ['0 0/5 14,18 * * ?', ['2026-01-01T14:00:00', '2026-01-01T14:05:00']],
    ['0 10,44 14 ? 3 WED', ['2026-03-04T14:10:00', '2026-03-04T14:44:00', '2026-03-11T14:10:00']],
    ['0 0 22-2/2 * * ?', ['2026-01-01T02:00:00', '2026-01-01T22:00:00', '2026-01-02T00:00:00']],
    ['59 59 23 31 12 ? 2026', ['2026-12-31T23:59:59']],
    ['0 0 0 1 1 ? 2027-2029/2', ['2027-01-01T00:00:00', '2029-01-01T00:00:00']],
    ['0 0 0 29 2 ?', ['2028-02-29T00:00:00', '2032-02-29T00:00:00']],
    ['0 0 0 1 1 ? 2025', []],
  ] as const)('%s', ([expression, expected]) => {
    expect(instants(expression, Math.max(expected.length, 1))).toEqual(expected);
  });

  test('an instant that the expression hits is not its own next one', () => {
    expect(parseCron('0 0 1 * * ?').next(new Date('2026-01-01T01:00:00Z'))).toEqual(new Date('2026-01-02T01:00:00Z'));
    expect(parseCron('0 0 1 * * ?').next(new Date('2026-01-01T00:59:59.999Z'))).toEqual(new Date('2026-01-01T01:00:00Z'));
    expect(parseCron('* * * * * ?').next(new Date('2026-01-01T00:00:00.500Z'))).toEqual(new Date('2026-01-01T00:00:01Z'));
  });
});

describe('days', () => {
  test.for([
    // The week begins with Sunday, which is 1: 6 is Friday.
    ['0 0 0 ? * 6', ['2026-01-02', '2026-01-09']],
    ['0 0 0 ? * fri', ['2026-01-02', '2026-01-09']],
    ['0 0 0 ? * 1', ['2026-01-04', '2026-01-11']],
    ['0 0 0 ? * MON-WED', ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-12']],
    ['0 0 0 ? * FRI-MON', ['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05', '2026-01-09']],
    ['0 0 0 ? * L', ['2026-01-03', '2026-01-10']],
    ['0 0 0 ? * 6L', ['2026-01-30', '2026-02-27']],
    ['0 0 0 ? * FRIL', ['2026-01-30', '2026-02-27']],
    ['0 0 0 ? * 6#3', ['2026-01-16', '2026-02-20']],
    ['0 0 0 ? * MON#5', ['2026-03-30', '2026-06-29']],
    ['0 0 0 ? * 3/2', ['2026-01-03', '2026-01-06', '2026-01-08']],
    ['0 0 0 L * ?', ['2026-01-31', '2026-02-28', '2026-03-31']],
    ['0 0 0 L-3 * ?', ['2026-01-28', '2026-02-25']],
    ['0 0 0 LW * ?', ['2026-01-30', '2026-02-27', '2026-03-31', '2026-04-30', '2026-05-29']],
    ['0 0 0 L-1W * ?', ['2026-01-30', '2026-02-27']],
    ['0 0 0 15W * ?', ['2026-01-15', '2026-02-16', '2026-03-16']],
    // 2026-08-01 is a Saturday: its nearest weekday in August is Monday, the 3rd.
    ['0 0 0 1W 8 ?', ['2026-08-03']],
    ['0 0 0 31W * ?', ['2026-01-30', '2026-03-31', '2026-05-29']],
    ['0 0 0 31 * ?', ['2026-01-31', '2026-03-31']],
    ['0 0 0 1 jan,JUL ?', ['2026-07-01', '2027-01-01']],
    ['0 0 0 1 11-2 ?', ['2026-02-01', '2026-11-01', '2026-12-01', '2027-01-01']],
  ] as const)('%s', ([expression, expected]) => {
    expect(days(expression, expected.length)).toEqual(expected);
  });
});

test.for([
  '',
  '0 0 1 * *',
  '0 0 1 * * ? * *',
  '60 0 1 * * ?',
  '0 0 24 * * ?',
  '0 0 1 32 * ?',
  '0 0 1 0 * ?',
  '0 0 1 * 13 ?',
  '0 0 1 ? * 8',
  '0 0 1 ? * 0',
  '0 0 1 ? * ?',
  '0 0 1 * * *',
  '0 0 1 1 * MON',
  '0 0 1 * * ? 1969',
  '0 0 1 * * ? 2100',
  '0 0 1 * * ? 2030-2028',
  '0/0 0 1 * * ?',
  '0/61 0 1 * * ?',
  '0 0 1 1,L * ?',
  '0 0 1 1,15W * ?',
  '0 0 1 W * ?',
  '0 0 1 L-31 * ?',
  '0 0 1 ? * 6#6',
  '0 0 1 ? * 6#0',
  '0 0 1 ? * MON#1,TUE#1',
  '0 0 1 ? * MON,FRIL',
  '0 0 1 ? * XYZ',
  '0 0 1-2-3 * * ?',
  '0 0 1/2/3 * * ?',
  '0 0 -1 * * ?',
  '0 0 1.5 * * ?',
  '? 0 1 * * ?',
  'every day at noon',
  `${'0,'.repeat(600)}0 0 1 * * ?`,
])('"%s" is refused in words', (expression) => {
  expect(() => parseCron(expression)).toThrow(CronError);
});

describe('a second opinion', () => {
  const item = (least: number, most: number): fc.Arbitrary<string> =>
    fc.oneof(
      fc.integer({ min: least, max: most }).map(String),
      fc
        .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: 1, max: 9 })).map(([from, step]) => `${from}-${most}/${step}`),
    );
  const list = (least: number, most: number): fc.Arbitrary<string> =>
    fc.oneof(
      fc.constant('*'),
      fc.array(item(least, most), { minLength: 1, maxLength: 3 }).map((items) => items.join(',')),
    );
  /** Quartz beside the same in croner's dialect, where the week begins with Sunday as 0. */
  const dayFields = fc.oneof(
    list(1, 28).map((chosen) => [`${chosen} M ?`, `${chosen} M *`] as const),
    fc.constant(['L M ?', 'L M *'] as const),
    fc.integer({ min: 1, max: 28 }).map((day) => [`${day}W M ?`, `${day}W M *`] as const),
    fc.integer({ min: 1, max: 7 }).map((day) => [`? M ${day}L`, `* M ${day - 1}#L`] as const),
    fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 }))
      .map(([day, nth]) => [`? M ${day}#${nth}`, `* M ${day - 1}#${nth}`] as const),
    fc
      .array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 })
      .map((each) => [`? M ${each.join(',')}`, `* M ${each.map((day) => day - 1).join(',')}`] as const),
  );

  test('agrees on random expressions', () => {
    const expression = fc.record({ time: fc.tuple(list(0, 59), list(0, 59), list(0, 23)), dayFields, month: list(1, 12) });
    fc.assert(
      fc.property(expression, fc.integer({ min: 0, max: 20 * 365 * 86_400 }), ({ time, dayFields: [quartz, other], month }, seconds) => {
        const from = new Date(Date.UTC(2020, 0, 1) + seconds * 1000);
        const ours = parseCron(`${time.join(' ')} ${quartz.replace('M', month)}`);
        const theirs = new Croner(`${time.join(' ')} ${other.replace('M', month)}`, { timezone: 'UTC', paused: true });
        let at: Date | null = from;
        for (let index = 0; index < 5 && at !== null; index++) {
          const next: Date | null = ours.next(at);
          expect(next?.toISOString()).toBe(theirs.nextRun(at)?.toISOString());
          at = next;
        }
      }),
      { numRuns: 500, seed: 20260101 },
    );
  });
});
