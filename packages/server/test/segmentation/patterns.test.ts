/** Regular expressions and LIKE: the language's own matching and ClickHouse's agree. */
import { anySchema, compile, evaluate } from '@kindred/pql';
import type { Test, Value } from '@kindred/pql';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { likePattern, likePatternSql, regularExpression } from '../../src/segmentation/sql/patterns.ts';
import { literal } from '../../src/store/index.ts';
import type { TestClickHouse } from '../support/engines.ts';
import { startEngine } from '../support/engines.ts';

const STRING = { kind: 'string' } as const;
const TEXTS = [
  '',
  'a',
  'A',
  'ab',
  'aab',
  'a\nb',
  'B\n',
  'é',
  'É',
  'k',
  '\u212A',
  '😀',
  'a😀',
  '_',
  '%',
  '\\',
  'a.b',
  '2',
  '٣',
  'σς',
  'ab12',
  'ſ',
  ' ',
];
const literalOf = (value: string): Value => ({ op: 'literal', value, type: STRING });

let engine: TestClickHouse;
beforeAll(async () => {
  engine = await startEngine('embedded', 1);
});
afterAll(() => engine.stop());

/** What ClickHouse says of each text. */
async function asked(condition: string): Promise<readonly boolean[]> {
  const texts = `[${TEXTS.map((text) => literal(text)).join(', ')}]`;
  const [row] = await engine.clickhouse.query<{ found: readonly number[] }>(
    `SELECT arrayMap(t -> toUInt8(${condition}), ${texts}) AS found`,
  );
  return (row?.found ?? []).map((found) => found === 1);
}

const said = (test: (left: Value) => Test): readonly boolean[] =>
  TEXTS.map((text) => evaluate(test(literalOf(text)), {}, { now: 0, zone: 'UTC' }));

const PARTS = (
  'a b A é 😀 . 2 _ \\d \\D \\w \\W \\s \\S \\b \\B \\n \\pL \\p{Greek} \\PN ( ) (?: (?i) (?i: (?s) (?m) (?-i) (?P<n> | ^ $ \\A \\z ' +
  '* + ? *? {1,2} {2} {,2} [a-c] [^a] [[:alpha:]] [\\d_] [^\\W] []a] [^]a] [[] \\x41 \\x{e9} \\. \\\\ \\Qa.\\E \\C (?= (?U)'
).split(' ');
const pattern = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));

describe('a regular expression', () => {
  it('that the checker takes finds in the language what it finds in ClickHouse', { timeout: 120_000 }, async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(pattern, async (text) => {
        if (compile(`x.matches(${JSON.stringify(text)})`, anySchema).plan === null) return;
        taken++;
        const here = said((left) => ({ op: 'matches', left, pattern: text }));
        expect(await asked(`match(t, ${literal(regularExpression(text))})`), text).toEqual(here);
      }),
      { numRuns: 1500 },
    );
    expect(taken).toBeGreaterThan(300);
  });
});

describe('a LIKE pattern', () => {
  it('fits in the language what it fits in ClickHouse', { timeout: 120_000 }, async () => {
    const parts = fc.array(fc.constantFrom('%', '_', 'a', 'b', 'A', '😀', 'é', '.', '\\', '\\%', '\n'), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(parts, async (each) => {
        const like = each.join('');
        const here = said((left) => ({ op: 'like', left, pattern: literalOf(like) }));
        expect(await asked(`t LIKE ${literal(likePattern(like))}`), like).toEqual(here);
        expect(await asked(`t LIKE ${likePatternSql(`materialize(${literal(like)})`)}`), like).toEqual(here);
      }),
      { numRuns: 700 },
    );
  });
});
