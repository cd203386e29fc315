import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvParser } from '../../src/ingest/sources/csv-parser.ts';
import type { Batch } from '../../src/ingest/sources/source.ts';

/** Parses text cut into pieces of a size. */
function parse(text: string, width: number | null, size = text.length || 1): Batch {
  const parser = new CsvParser({ delimiter: ',', width });
  const batches: Batch[] = [];
  for (let at = 0; at < text.length; at += size) batches.push(parser.push(text.slice(at, at + size)));
  batches.push(parser.end());
  return { rows: batches.flatMap(({ rows }) => rows), malformed: batches.flatMap(({ malformed }) => malformed) };
}

const values = (batch: Batch): unknown[] => batch.rows.map(({ value }) => value);

test.each([
  [
    'plain lines',
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'no end of line at the end',
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'CRLF',
    'a,b\r\n"c",d\r\ne,"f"\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ],
  ],
  [
    'empty values and empty lines',
    ',\n\n"",x\n',
    [
      ['', ''],
      ['', 'x'],
    ],
  ],
  [
    'delimiters, quotes and newlines in quotes',
    '"a,1","say ""hi"""\n"two\nlines",x\n',
    [
      ['a,1', 'say "hi"'],
      ['two\nlines', 'x'],
    ],
  ],
  ['a quote in the middle of a value', '5" pipe,x\n', [['5" pipe', 'x']]],
  [
    'other alphabets',
    'é,日本\n"ö""😀",z\n',
    [
      ['é', '日本'],
      ['ö"😀', 'z'],
    ],
  ],
  ['quotes around nothing but quotes', '"""",""""""\n', [['"', '""']]],
] as const)('it reads %s, however the text is cut', (_, text, expected) => {
  for (let size = 1; size <= text.length; size++) {
    const batch = parse(text, 2, size);
    expect(values(batch)).toEqual(expected);
    expect(batch.malformed).toEqual([]);
  }
});

test.each([
  ['too few values', 'a,b\nc\ne,f\n', 2, 'expected 2 values, found 1'],
  ['too many values', 'a,b\nc,d,e\ne,f\n', 2, 'expected 2 values, found 3'],
  ['a quote never closed', 'a,b\nc,"d\ne,f\n', 2, 'a quote is opened and never closed'],
  ['a quote never closed before other quotes', 'a,b\nc,"d\n"e",f\n', 2, 'there is text after a closing quote'],
  ['text after a closing quote', 'a,b\n"c"d,x\ne,f\n', 2, 'there is text after a closing quote'],
] as const)('%s costs one line, and the lines around it are read', (_, text, line, reason) => {
  for (let size = 1; size <= text.length; size++) {
    const batch = parse(text, 2, size);
    expect(values(batch)).toEqual([
      ['a', 'b'],
      ['e', 'f'],
    ]);
    expect(batch.malformed).toMatchObject([{ line, reason }]);
  }
});

test('line numbers count the lines inside of quotes', () => {
  const batch = parse('a,"1\n2\n3"\nb,c\nbroken\nd,e\n', 2);
  expect(batch.rows.map(({ line }) => line)).toEqual([1, 4, 6]);
  expect(batch.malformed.map(({ line }) => line)).toEqual([5]);
});

const quote = (value: string): string => `"${value.replaceAll('"', '""')}"`;

test('any table written by the rules is read back, however the text is cut', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é', ' '), maxLength: 6 });
  const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 });
  fc.assert(
    fc.property(table, fc.integer({ min: 1, max: 20 }), fc.boolean(), (rows, size, crlf) => {
      const text = rows.map((row) => row.map(quote).join() + (crlf ? '\r\n' : '\n')).join('');
      const batch = parse(text, 3, size);
      expect(values(batch)).toEqual(rows);
      expect(batch.malformed).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
