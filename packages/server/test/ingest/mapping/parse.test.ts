import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Columns } from '../../../src/ingest/mapping/language/columns.ts';
import { parseExpression } from '../../../src/ingest/mapping/language/parse.ts';
import { problemsOf, valueOf } from './expressions.ts';

const RECORD = {
  a: 3,
  name: { first: 'Ada', 'last name': 'Lovelace' },
  'First.Name': 'dotted',
  mod: 'reserved',
  items: [{ sku: 'A', tags: ['x', 'y'] }, { sku: 'B' }],
};

test.each([
  ['a', 3],
  ['name.first', 'Ada'],
  ['name.${last name}', 'Lovelace'],
  ['${name.last name}', 'Lovelace'],
  [String.raw`\${First\.Name}`.slice(1), 'dotted'],
  ['${mod}', 'reserved'],
  ['name["first"]', 'Ada'],
  ['items[1].sku', 'B'],
  ['items[*].sku', ['A', 'B']],
  ['items.*.sku', ['A', 'B']],
  ['${items[*].sku}', ['A', 'B']],
  ['items[*].tags', [['x', 'y'], null]],
  ['items[a - 2].sku', 'B'],
  ['items[0].size()', 2],
  ['missing.far.below', null],
  ['first(items).sku', 'A'],
  ['{"k": a, b: [1, "x"]}', { k: 3, b: [1, 'x'] }],
])('%s reads fields and makes values', (expression, value) => {
  expect(valueOf(expression, RECORD)).toEqual(value);
});

test.each([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['7 mod 4 + 9 div 3', 6],
  ['-a + 1', -2],
  ['"2" + "3"', 5],
  ['"2" + "x"', '2x'],
  ['"2" * "3"', 6],
  ['a gt 2 and not (a eq 4) or false', true],
  ['a >= 3 && a != "3"', false],
  ['!(a < 3)', true],
  ['a =~ [1, 3]', true],
  ['name.first =~ "A.a"', true],
  ['name.first !~ "A"', true],
  ['a == 3 ? "three" : "other"', 'three'],
  ['a == 3 ? a == 4 ? 1 : 2 : 3', 2],
  ['missing ?: "elvis"', 'elvis'],
  ['missing ?? a', 3],
  ['empty missing', true],
  ['size(items)', 2],
  ['true and null == missing', true],
  [String.raw`'it\'s \u0041 "quoted"'`, `it's A "quoted"`],
  [String.raw`"\d"`, String.raw`\d`],
  ['1.5e2 - 50L', 100],
])('%s is %j', (expression, value) => {
  expect(valueOf(expression, RECORD)).toEqual(value);
});

test.each([
  ['', 'empty-query', '', 'To set no value write nullify().'],
  ['conct(a)', 'unknown-function', 'conct', 'Did you mean concat?'],
  ['CONCAT(a)', 'unknown-function', 'CONCAT', 'Did you mean concat?'],
  ['substr(a)', 'wrong-argument-count', 'substr', 'Write substr(INPUT, START_INDEX, [LENGTH]).'],
  ['a.sha256()', 'unknown-function', 'sha256', 'Write sha256(…) with the value as its first argument.'],
  ['concat("a, b)', 'unclosed-string', '"', 'Add " at its end.'],
  ['concat(a, (b)', 'unclosed-bracket', '(', 'Add ).'],
  ['a b', 'missing-operator', 'b', 'To join texts: concat(a, b).'],
  ['a + ', 'missing-expression', '', undefined],
  ['a = 1', 'wrong-operator', '=', 'Write == to compare.'],
  ['a)', 'unmatched-bracket', ')', undefined],
  ['return a', 'unexpected-token', 'return', 'A field of that name is written ${return}.'],
  ['a ? b', 'unexpected-token', '', 'Write test ? yes : no.'],
  ['a # b', 'unknown-character', '#', 'Fields with such names: ${…}.'],
  ['${a', 'unclosed-bracket', '${', 'Add }.'],
])('%s has a mistake that is shown in place', (expression, code, place, hint) => {
  expect(problemsOf(expression)).toEqual([[code, place, hint]]);
});

test('all mistakes that are no matter of syntax are told at once', () => {
  expect(problemsOf('concat(first_nam, lowr(last_name), substr(x))', ['first_name', 'last_name', 'x'])).toEqual([
    ['unknown-function', 'lowr', 'Did you mean lower?'],
    ['wrong-argument-count', 'substr', 'Write substr(INPUT, START_INDEX, [LENGTH]).'],
    ['unknown-field', 'first_nam', 'Did you mean first_name?'],
  ]);
});

test('a column may be called as it likes, and hold what has fields', () => {
  const columns = new Columns(['First Name', 'a.b', 'a', 'price[EUR]']);
  for (const text of ['${First Name}', 'a.b', 'a.c', '${price[EUR]}', 'contains_key("other")']) {
    expect(parseExpression(text, columns).problems).toEqual([]);
  }
  expect(columns.find({ path: ['a', 'b'], written: 'a.b' })).toEqual({ index: 1, rest: [] });
  expect(columns.find({ path: ['a', 'c'], written: 'a.c' })).toEqual({ index: 2, rest: ['c'] });
});

test('what is too long or too deep is refused at once', () => {
  expect(problemsOf(`concat(${'a,'.repeat(3000)}a)`)[0]).toMatchObject({ 0: 'text-too-long' });
  expect(problemsOf(`${'('.repeat(500)}a${')'.repeat(500)}`)[0]).toMatchObject({ 0: 'nesting-too-deep' });
  expect(problemsOf(`${'!'.repeat(500)}a`)[0]).toMatchObject({ 0: 'nesting-too-deep' });
});

const WORDS = [
  'a',
  'b',
  '${c d}',
  '"x"',
  '1',
  '(',
  ')',
  '[',
  ']',
  '*',
  '.',
  ',',
  '+',
  '==',
  '?',
  ':',
  'concat',
  'size',
  'not',
  '{',
  '}',
  '-',
  ' ',
];

test('any text gives an expression or a mistake in place', () => {
  const text = fc.oneof(
    fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join('')),
    fc.string({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(text, (expression) => {
      const { term, problems } = parseExpression(expression, new Columns(null));
      expect(term === null).toBe(problems.length > 0);
      for (const { span } of problems) expect(span.from >= 0 && span.from <= span.to && span.to <= expression.length).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
