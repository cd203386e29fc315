/** The table of functions: its examples are its tests; what examples cannot show follows. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { syntaxOf } from '../../../src/ingest/mapping/language/functions/function.ts';
import { mappingFunctions, operators } from '../../../src/ingest/mapping/language/functions/index.ts';
import { problemsOf, valueOf } from './expressions.ts';

const examples = mappingFunctions.flatMap((each) => each.examples);

test.each(examples.map(([expression, value, record]) => ({ expression, value, record })))(
  '$expression is $value',
  ({ expression, value, record }) => {
    expect(valueOf(expression, record)).toEqual(value);
  },
);

test('every function has an example, a sentence and a name of its own', () => {
  for (const { name, doc, examples: shown } of mappingFunctions) {
    expect(shown.length, name).toBeGreaterThan(0);
    expect(doc, name).toMatch(/\.$/);
  }
  const names = [...mappingFunctions, ...operators].flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});

test('docs/mapping.md has every function as it is', () => {
  const page = readFileSync(new URL('../../../../../docs/mapping.md', import.meta.url), 'utf8');
  const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
  for (const each of mappingFunctions) {
    const [example] = each.examples;
    const row = `| \`${cell(syntaxOf(each))}\` | ${each.returns}: ${cell(each.doc)} | \`${cell(example?.[0] ?? '')}\` → \`${cell(JSON.stringify(example?.[1]))}\` |`;
    expect(page, each.name).toContain(row);
  }
});

test('the functions that Data Prep documents are all there', () => {
  const listed =
    'concat explode instr replacestr substr lower lcase upper ucase split join lpad rpad left right ltrim rtrim trim equals equalsIgnoreCase extract_regex matches_regex sha1 sha256 sha512 md5 crc32 get_url_protocol get_url_host get_url_port get_url_path get_url_query_str url_encode url_decode now timestamp format dformat date date_part set_date_part make_date_time zone_date_to_utc zone_date_to_zone add_to_date size_of is_empty arrays_to_object arrays_to_objects to_object str_to_object contains_key nullify get_keys get_values map_get_values map_has_keys add_to_map object_to_map coalesce first last add_to_array join_arrays to_array upsert_array_append upsert_array_replace decode iif min max to_bigint to_decimal to_float to_integer json_to_object uuid guid ua_os_name ua_os_version_major ua_os_version ua_os_name_version ua_agent_version ua_agent_version_major ua_agent_name ua_device_class';
  const names = new Set(mappingFunctions.flatMap(({ name, aliases }) => [name, ...aliases]));
  expect(listed.split(' ').filter((name) => !names.has(name))).toEqual([]);
});

test.each([
  ['lower(x)', null],
  ['lower(x).equals("a")', false],
  ['concat(x, "a", x)', 'a'],
  ['concat(x, x)', null],
  ['join("-", [1, x, 3])', '1-3'],
  ['lpad(x, 3, "0")', '000'],
  ['date(x)', null],
  ['iif(x, 1, 2)', 2],
  ['x + 1', null],
  ['x < 1', false],
  ['x == null', true],
  ['coalesce(x, null)', null],
  ['size_of(x)', null],
  ['is_empty(x)', true],
  ['min(x, 3)', 3],
  ['first([x, 1])', null],
])('without a value for x, %s is %j', (expression, value) => {
  expect(valueOf(expression)).toEqual(value);
});

test.each([
  ['substr("a", "b")', 'substr, START_INDEX: expected a number, found "b"'],
  ['left("abc", 1.5)', 'left, COUNT: expected a whole number, found 1.5'],
  ['date("yesterday")', 'expected a date such as 2026-01-31T09:30:00Z, found "yesterday" (say how it is written: date(x, "dd/MM/yyyy"))'],
  ['date("30/02/2024", "dd/MM/yyyy")', 'expected a time in the format dd/MM/yyyy, found "30/02/2024"'],
  ['1 / 0', '/: the result is no number'],
  ['to_bigint("9007199254740993")', 'to_bigint: 9007199254740992 is larger than 2^53 - 1 and would lose digits; keep it as text'],
  ['json_to_object("{")', 'json_to_object: "{" is no JSON'],
  ['get_keys("a")', 'get_keys, OBJECT: expected an object, found "a"'],
  ['iif("maybe", 1, 2)', 'expected true or false, found "maybe"'],
  ['lpad("x", 2000000, "y")', 'lpad, COUNT: at most 1048576 characters'],
  ['set_date_part("day", 31, date("2024-02-01"))', 'there is no day 31 of that date'],
  ['set_date_part("month", 2, date("2024-01-31"))', 'there is no month 2 of that date'],
  ['make_date_time(2023, 2, 29, 0, 0, 0, 0, "UTC")', 'make_date_time: there is no such time'],
  ['zone_date_to_zone(now(), "Mars/Base")', 'there is no time zone "Mars/Base"'],
  ['sha1("x", "EBCDIC")', 'there is no character set "EBCDIC"; there are UTF-8, UTF-16, ISO-8859-1, US-ASCII'],
  ['to_object("a", 1, "b")', 'to_object: names and values come in pairs, found 3 arguments'],
  ['arrays_to_objects("a", 1)', 'arrays_to_objects, a: expected an array, found 1'],
  ['"a" < 1', '"a" and 1 cannot be compared'],
])('%s is an error of the record', (expression, error) => {
  expect(valueOf(expression)).toEqual({ error });
});

test('only the side that is wanted is evaluated', () => {
  expect(valueOf('iif(is_empty(x), "none", date(x))')).toBe('none');
  expect(valueOf('is_empty(x) || date(x) > now()', { x: '' })).toBe(true);
  expect(valueOf('coalesce("a", date("never"))')).toBe('a');
  expect(valueOf('decode("a", "a", 1, "b", date("never"))')).toBe(1);
});

test('a text that doubles again and again ends at the largest one', () => {
  const doubled = Array.from({ length: 8 }).reduce<string>((inner) => `concat(${inner}, ${inner})`, 'x');
  expect(valueOf(doubled, { x: 'a'.repeat(10_000) })).toEqual({ error: 'concat: the text is longer than 1048576 characters' });
  expect(valueOf('size_of(split(x, ","))', { x: ','.repeat(200_000) })).toEqual({ error: 'split: the list has more than 100000 members' });
  expect(valueOf('replacestr(x, "a", x)', { x: 'a'.repeat(10_000) })).toEqual({
    error: 'replacestr: the text is longer than 1048576 characters',
  });
});

test('a regular expression that explodes elsewhere takes linear time here', () => {
  expect(valueOf('matches_regex(x, "(a+)+b")', { x: 'a'.repeat(50_000) })).toBe(false);
  expect(valueOf('"x".startsWith("x") && explode(x, y).size() == 3', { x: 'a1b22c', y: String.raw`\d+` })).toBe(true);
  expect(valueOf('explode(x, y)', { x: 'a', y: '(' })).toEqual({
    error: 'the regular expression "(": The parentheses do not match.',
  });
});

test('names of objects are only names', () => {
  expect(valueOf('to_object("__proto__", 1).size()')).toBe(1);
  expect(valueOf('constructor')).toBe(null);
  expect(valueOf('str_to_object("__proto__:a").get("__proto__")')).toBe('a');
  expect(valueOf('get_url_query_str("http://a/?__proto__=1&b=2", "remove").size()')).toBe(2);
});

test('an id of a record is the same when it is read again, and another one for another line or record', () => {
  const id = valueOf('uuid()', { a: 1 });
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(valueOf('guid()', { a: 1 })).toBe(id);
  expect(valueOf('uuid()', { a: 2 })).not.toBe(id);
  expect(valueOf('uuid()', { a: 1 }, 8)).not.toBe(id);
});

test.each([
  ['yyyy-MM-dd', '2024-05-06', '2024-05-06T00:00:00.000Z'],
  ['yyyyMMdd', '20240506', '2024-05-06T00:00:00.000Z'],
  ['d. MMMM yyyy', '6. May 2024', '2024-05-06T00:00:00.000Z'],
  ['dd-MMM-yy hh:mm a', '06-may-24 12:05 am', '2024-05-06T00:05:00.000Z'],
  ["yyyy-MM-dd'T'HH:mm:ss.SSSX", '2024-05-06T07:08:09.123+02', '2024-05-06T05:08:09.123Z'],
  ['yyyy-MM-dd HH:mm:ssZ', '2024-05-06 07:08:09-0800', '2024-05-06T15:08:09.000Z'],
  ['EEE, dd MMM yyyy HH:mm:ss z', 'Mon, 06 May 2024 07:08:09 GMT', '2024-05-06T07:08:09.000Z'],
  ['dd/MM/yyyy HH:mm VV', '06/05/2024 07:08 Europe/Paris', '2024-05-06T05:08:00.000Z'],
])('the format %s reads %s', (format, text, instant) => {
  expect(valueOf('date(text, format)'.replace('format', JSON.stringify(format)), { text })).toBe(instant);
});

test.each([
  ['2024-05-06', '2024-05-06T00:00:00.000Z'],
  ['2024/05/06', '2024-05-06T00:00:00.000Z'],
  ['12112020', '2020-12-11T00:00:00.000Z'],
  ['5/06/2024 01:02:03 PM', '2024-05-06T13:02:03.000Z'],
  ['2024-05-06 07:08:09 CET', '2024-05-06T06:08:09.000Z'],
  ['06.May.2024', '2024-05-06T00:00:00.000Z'],
])('date reads %s without a format', (text, instant) => {
  expect(valueOf('date(text)', { text })).toBe(instant);
});

test.each([
  ["EEEE d MMM yyyy, h:mm a 'in' VV", 'Sunday 31 Mar 2024, 3:30 AM in Europe/Berlin'],
  ['yyyy-MM-dd HH:mm:ss.SSS XXX x Z O', '2024-03-31 03:30:00.000 +02:00 +02 +0200 GMT+02:00'],
  ['D w Q k K', '91 13 1 3 3'],
])('the format %s writes', (format, text) => {
  expect(valueOf(`format(zone_date_to_zone(date("2024-03-31T01:30:00Z"), "Europe/Berlin"), ${JSON.stringify(format)})`)).toBe(text);
});

test('days are added on the clock of the zone, hours in time that passes', () => {
  const before = 'zone_date_to_zone(date("2024-03-30T12:00:00Z"), "Europe/Berlin")';
  expect(valueOf(`add_to_date(${before}, 1, "day")`)).toBe('2024-03-31T11:00:00.000Z');
  expect(valueOf(`add_to_date(${before}, 24, "hour")`)).toBe('2024-03-31T12:00:00.000Z');
});

test.each([
  ['date(x, "yyyy-qq")', 'bad-date', '"yyyy-qq"'],
  ['date(x, "YYYY-MM-dd")', 'bad-date', '"YYYY-MM-dd"'],
  ['date_part("fortnight", x)', 'bad-date', '"fortnight"'],
  ['matches_regex(x, "(?<=a)b")', 'bad-pattern', '"(?<=a)b"'],
  ['get_url_query_str(x, "keep")', 'wrong-type', '"keep"'],
])('%s is refused before there is a record', (expression, code, place) => {
  expect(problemsOf(expression)).toMatchObject([{ 0: code, 1: place }]);
});
