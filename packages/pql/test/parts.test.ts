/** The small parts: regular expressions, calendar, hash, fields, words. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf, shiftBy, startOfUnit } from '../src/calendar.ts';
import { hash128 } from '../src/hash.ts';
import { describeType, evaluateValue, fieldsAt, foldCase, isZone, leafText, resolveInstant, typeAt } from '../src/index.ts';
import type { Value } from '../src/index.ts';
import { nearest } from '../src/nearest.ts';
import { compileLike } from '../src/like.ts';
import { compilePattern, patternProblem } from '../src/pattern.ts';
import { parseTime } from '../src/time.ts';
import { NOW, planFor, schema, utc } from './support/schema.ts';

describe('a regular expression', () => {
  it.each([
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['^a.c$', 'abc', true],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    ['(?i)ABC', 'xabcx', true],
    ['(?im)^B$', 'a\nb\nc', true],
    ['^b$', 'a\nb\nc', false],
    ['\\d+', 'abc', false],
    ['^\\d{2,3}$', '123', true],
    ['^\\d$', '٣', false],
    ['\\w\\s\\W', 'a !', true],
    ['\\bcat\\b', 'a cat sat', true],
    ['[[:alpha:]]+', '12a', true],
    ['[^[:digit:]]', '12', false],
    ['^[]a]$', ']', true],
    ['^[a\\-z]$', '-', true],
    ['^[\\d.]+$', '1.5', true],
    ['\\p{L}', 'é', true],
    ['\\p{Greek}', 'α', true],
    ['\\PL', 'é', false],
    ['^\\x41\\x{1F600}$', 'A😀', true],
    ['^.$', '😀', true],
    ['(?P<name>a)(?:b)', 'ab', true],
    ['a{,2}', 'a{,2}', true],
    ['a{x', 'a{x', true],
    ['a\\/b', 'a/b', true],
    ['\\Aab\\z', 'ab', true],
    ['x(?i)y', 'xY', true],
    ['x(?i)y', 'XY', false],
    ['(?i:x)y', 'Xy', true],
    ['^[\\D]$', 'é', true],
    ['\\Qa.b\\E', 'a.b', true],
    ['^(?:a+)+$', `${'a'.repeat(5000)}b`, false],
    ['(x+x+)+y', 'x'.repeat(100_000), false],
  ] as const)('%s finds something in %j: %s', (pattern, text, expected) => {
    expect(patternProblem(pattern)).toBeNull();
    expect(compilePattern(pattern).test(text)).toBe(expected);
  });

  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(?<!a)',
    '(a)\\1',
    '(?>a)',
    'a++',
    'a{2}+',
    '(a',
    'a)',
    '[a',
    '*a',
    'a{1001}',
    '\\',
    '\\q',
    '\\xZ',
    '\\p',
  ])('of the form %s is refused with advice', (pattern) => {
    expect(patternProblem(pattern)?.hint).toMatch(/\.$/);
  });

  it('of any text is either refused or runs', () => {
    const text = fc
      .array(fc.constantFrom('a', '(', ')', '[', ']', '\\', '.', '*', '{', '2', '}', '?', '|', '^', '$', ':', '-', 'd', 'é'), {
        maxLength: 8,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (pattern) => {
        if (patternProblem(pattern) === null) expect(typeof compilePattern(pattern).test('aab')).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a LIKE pattern', () => {
  it.each([
    ['San %', 'San Jose', true],
    ['San %', 'San', false],
    ['%', '', true],
    ['_', '😀', true],
    ['_', '', false],
    ['a.c', 'abc', false],
    ['50\\%', '50%', true],
    ['50\\%', '500', false],
    ['%\n%', 'a\nb', true],
    ['a\\', 'a\\', true],
    ['%_', '😀', true],
    ['_%_', '😀', false],
    ['%a_%_b', 'aaa😀xb', true],
    ['a%a', 'a', false],
    ['', '', true],
    ['', 'a', false],
    [`${'%a'.repeat(2000)}%b`, 'a'.repeat(100_000), false],
  ] as const)('%j fits %j: %s', (pattern, text, expected) => {
    expect(compileLike(pattern)(text)).toBe(expected);
  });
});

describe('the calendar', () => {
  const zone = fc.constantFrom(
    'UTC',
    'America/New_York',
    'Europe/Berlin',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
    'Pacific/Apia',
  );
  const unit = fc.constantFrom('minute', 'hour', 'day', 'week', 'month', 'year', 'decade', 'century', 'millennium');
  const instant = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2100, 0, 1) });

  it('starts units at or before the instant, and again at themselves', () => {
    fc.assert(
      fc.property(instant, unit, zone, (time, each, where) => {
        const start = startOfUnit(time, each, where) ?? NaN;
        expect(start).toBeLessThanOrEqual(time);
        expect(startOfUnit(start, each, where)).toBe(start);
        expect(shiftBy(start, 1, each, where) ?? NaN).toBeGreaterThan(time);
      }),
      { numRuns: 1500 },
    );
  });

  it('agrees in UTC with and without the zone tables', () => {
    fc.assert(
      fc.property(instant, unit, fc.integer({ min: -30, max: 30 }), (time, each, amount) => {
        expect(startOfUnit(time, each, 'Etc/GMT')).toBe(startOfUnit(time, each, 'UTC'));
        expect(shiftBy(time, amount, each, 'Etc/GMT')).toBe(shiftBy(time, amount, each, 'UTC'));
      }),
      { numRuns: 500 },
    );
  });

  it('handles days that begin late, days that are skipped, and times before the epoch', () => {
    // Midnight did not exist in São Paulo on 4 November 2018: the day began at one o'clock.
    expect(startOfUnit(Date.parse('2018-11-04T12:00:00Z'), 'day', 'America/Sao_Paulo')).toBe(Date.parse('2018-11-04T03:00:00Z'));
    // Samoa skipped 30 December 2011.
    expect(partOf(Date.parse('2011-12-30T12:00:00Z'), 'day', 'Pacific/Apia')).toBe(31);
    expect(startOfUnit(Date.parse('1969-12-31T12:00:00Z'), 'week', 'UTC')).toBe(Date.parse('1969-12-29T00:00:00Z'));
    expect(shiftBy(Date.parse('1970-01-31T12:00:00Z'), -2, 'month', 'UTC')).toBe(Date.parse('1969-11-30T12:00:00Z'));
  });

  it('gives null beyond the range of dates', () => {
    expect(shiftBy(NOW, 1_000_000, 'century', 'UTC')).toBeNull();
    expect(shiftBy(NOW, -1e15, 'day', 'UTC')).toBeNull();
  });

  it('knows its zones', () => {
    expect(isZone('Europe/Berlin')).toBe(true);
    expect(isZone('Mars/Olympus')).toBe(false);
  });
});

describe('a timestamp', () => {
  it.each([
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2024-02-29T10:00', Date.UTC(2024, 1, 29, 10)],
    ['2024-02-29T10:00:00.1234Z', Date.UTC(2024, 1, 29, 10, 0, 0, 123)],
    ['2024-02-29T10:00:00+05:30', Date.UTC(2024, 1, 29, 4, 30)],
    ['2024-02-29 10:00:00-0800', Date.UTC(2024, 1, 29, 18)],
    [1_709_200_000_000, 1_709_200_000_000],
    ['2023-02-29', null],
    ['2024-02-29T25:00Z', null],
    ['yesterday', null],
    [null, null],
    [Number.NaN, null],
  ] as const)('%j is %j', (text, expected) => {
    expect(parseTime(text)).toBe(expected);
  });
});

describe('the hash', () => {
  it('is MurmurHash3 x86 128', () => {
    expect(hash128('')).toBe('00000000000000000000000000000000');
    expect(hash128('The quick brown fox jumps over the lazy dog')).toBe('2f1583c3ecee2c675d7bf66ce5e91d2c');
  });

  it('parts texts that differ in one character', () => {
    const texts = Array.from({ length: 20_000 }, (_, index) => `leaf ${index} é`);
    expect(new Set(texts.map(hash128)).size).toBe(texts.length);
  });
});

describe('help for editors', () => {
  it('lists the fields that can follow a path', () => {
    expect(fieldsAt(schema, []).map((field) => field.name)).toContain('xEvent');
    expect(fieldsAt(schema, ['person', 'name']).map((field) => field.name)).toEqual(['firstName', 'lastName']);
    expect(fieldsAt(schema, ['profile', 'loyalty']).map((field) => field.name)).toEqual(['joined', 'level', 'points']);
    expect(fieldsAt(schema, ['xEvent', 'productListItems']).map((field) => field.name)).toEqual(['SKU', 'priceTotal', 'quantity']);
    expect(fieldsAt(schema, ['prefs'])).toEqual([]);
    expect(fieldsAt(schema, ['nothing', 'here'])).toEqual([]);
  });

  it('names types', () => {
    const at = (...path: readonly string[]): string => describeType(typeAt(schema, path) ?? { kind: 'unknown' });
    expect([at('visits'), at('tags'), at('xEvent'), at('prefs'), at('signup'), at('no')]).toEqual([
      'Integer',
      'list of String',
      'list of Object',
      'map of Object',
      'DateTime',
      'unknown type',
    ]);
  });

  it('finds the word that was meant', () => {
    expect(nearest('fristName', ['firstName', 'lastName'])).toBe('firstName');
    expect(nearest('xyz', ['firstName'])).toBeNull();
    expect(nearest('VISITS', ['visits'])).toBe('visits');
  });
});

describe('constants', () => {
  it('resolve to instants', () => {
    const datetime = { kind: 'datetime' } as const;
    const now: Value = { op: 'now', type: datetime };
    const today: Value = { op: 'startOf', unit: 'day', value: now, type: datetime };
    expect(resolveInstant({ op: 'shift', value: today, amount: -1, unit: 'month', type: datetime }, utc)).toBe(Date.UTC(2024, 1, 14));
    expect(resolveInstant({ op: 'literal', value: null, type: datetime }, utc)).toBeNull();
    expect(evaluateValue(now, {}, utc)).toBe(NOW);
  });

  it('fold case by single characters', () => {
    expect(foldCase('İΣ')).toBe('iσ');
  });
});

describe('a leaf in words', () => {
  it.each([
    ['xEvent[eventType = "search" and timestamp occurs <= 30 days before now]', 'at least 1 event of type "search" in the last 30 days'],
    ['xEvent[eventType in ["a", "b"]].count() > 2', 'at least 3 events of type "a" or "b"'],
    ['xEvent[timestamp occurs today and channel = "web"].count() = 2', 'exactly 2 events today where channel is "web"'],
    ['xEvent.sum(commerce.order.priceTotal) > 100', 'the sum of commerce.order.priceTotal over events is more than 100'],
    ['level.contains("x", false)', 'level contains "x" (case ignored)'],
    ['person.name.firstName.isNotNull()', 'person.name.firstName is known'],
    ['inSegment("abc")', 'member of the audience "abc"'],
    [
      'chain(xEvent, timestamp, [A: WHAT(eventType = "a"), X: NOT WHAT(eventType = "x"), B: WHAT(eventType = "b")])',
      'an event of type "a", then no event of type "x", then an event of type "b"',
    ],
    ['signup >= today', 'signup is not before today'],
    ['tags.intersects(["a"])', 'tags shares a member with "a"'],
  ] as const)('%s is "%s"', (text, expected) => {
    expect(Object.values(planFor(text).leaves).map(leafText)).toEqual([expected]);
  });
});
