import { describe, expect, it } from 'vitest';
import { compile, parse, positionOf, problemCatalogue, renderProblem } from '../src/index.ts';
import { codes, schema } from './support/schema.ts';

/** text, code, the text of the span blamed, a piece of the message or hint. */
const SYNTAX: readonly (readonly [text: string, code: string, blamed: string, says: string])[] = [
  ['', 'empty-query', '', 'empty'],
  ['a = "never closed', 'unclosed-string', '"', 'never closed'],
  ['a = "one\nand b = 2', 'unclosed-string', '"', 'same line'],
  ['(a = 1 and (b = 2)', 'unclosed-bracket', '(', 'never closed'],
  ['xEvent[eventType = "a"', 'unclosed-bracket', '[', 'missing `]`'],
  ['(a = 1]', 'unclosed-bracket', '(', 'instead of `)`'],
  ['a = 1)', 'unmatched-bracket', ')', 'closes nothing'],
  ['a == 1', 'wrong-operator', '==', 'Did you mean `=`'],
  ['a <> 1', 'wrong-operator', '<>', 'Did you mean `!=`'],
  ['a = 1 && b = 2', 'wrong-operator', '&&', 'Did you mean `and`'],
  ['a = 1 || b = 2', 'wrong-operator', '||', 'Did you mean `or`'],
  ['a = 1 b = 2', 'missing-operator', 'b', 'before `b`'],
  ['a is null', 'missing-operator', 'is', 'isNull()'],
  ['a = ', 'missing-expression', ' ', 'end of the text'],
  ['and a', 'missing-expression', 'and', 'reserved'],
  ['a = = 1', 'missing-expression', '=', 'Expected a value'],
  ['1 < a < 3', 'chained-comparison', '<', 'with `and`'],
  ['a = "\\d+"', 'unknown-escape', '\\d', 'twice'],
  ['a = 12345678901234567890', 'number-out-of-range', '12345678901234567890', 'too large'],
  ['a = 1e999', 'number-out-of-range', '1e999', 'too large'],
  ['a # b', 'unknown-character', '#', 'no meaning'],
  ['a occurs 3 days before now', 'bad-time-expression', '3', '<='],
  ['a occurs <= 3 dais before now', 'bad-time-expression', 'dais', 'Did you mean `days`'],
  ['a occurs <= -3 days before now', 'bad-time-expression', '-', 'whole number'],
  ['a occurs <= 3 days now', 'bad-time-expression', 'now', '`before`'],
  ['a occurs between today', 'bad-time-expression', 'y', '`and`'],
  ['chain(xEvent, timestamp, [])', 'bad-chain-step', ']', 'at least one step'],
  ['chain(xEvent, timestamp, [WHAT(a)])', 'bad-chain-step', 'WHAT', 'label'],
  ['chain(xEvent, timestamp, [A: WHEN(today)])', 'bad-chain-step', 'A: WHEN(today)', 'no WHAT'],
  ['chain(xEvent, timestamp, [A: WHAT(a) WHAT(b)])', 'bad-chain-step', 'WHAT', 'two WHAT'],
  ['chain(xEvent, timestamp, [A: WHAT(a) COUNT(0)])', 'bad-chain-step', '0', 'at least 1'],
  ['chain(xEvent, timestamp, [A: NOT WHAT(a) COUNT(2)])', 'bad-chain-step', 'A: NOT WHAT(a) COUNT(2)', 'negated'],
  ['select X xEvent', 'unexpected-token', 'xEvent', '`from`'],
  ['if(a, b)', 'wrong-argument-count', 'if(a, b)', 'three'],
  ['a.', 'unexpected-token', '.', 'after `.`'],
  ['^', 'missing-expression', '^', 'field name'],
];

describe('a broken text', () => {
  it.each(SYNTAX)('%j is a %s at %j', (text, code, blamed, says) => {
    const [first] = parse(text).problems;
    expect(first?.code).toBe(code);
    expect(text.slice(first?.span.from, first?.span.to)).toBe(blamed);
    expect(`${first?.message} ${first?.hint ?? ''}`).toContain(says);
  });

  it('gets all its problems at once, in the order of the text', () => {
    const { problems } = parse('(a == 1 and foo(1, 2 3) or b = and c = "x');
    expect(problems.map((problem) => problem.code)).toEqual([
      'unclosed-bracket',
      'wrong-operator',
      'unexpected-token',
      'missing-expression',
      'unclosed-string',
    ]);
  });

  it('is checked as far as it can be read', () => {
    expect(codes('vsits > 3 and (vip')).toEqual(['unknown-field', 'unclosed-bracket']);
  });

  it('can be repaired by its fixes', () => {
    for (const [text, repaired] of [
      ['vip == true', 'vip = true'],
      ['vip && visits > 1', 'vip and visits > 1'],
      ['vsits > 3', 'visits > 3'],
      ['level in "a"', 'level in ["a"]'],
    ] as const) {
      const fix = compile(text, schema).problems[0]?.fix;
      expect(fix && text.slice(0, fix.span.from) + fix.text + text.slice(fix.span.to)).toBe(repaired);
      expect(codes(repaired)).toEqual([]);
    }
  });

  it('of any kind never throws', () => {
    const bits = [
      'a',
      '(',
      ')',
      '[',
      ']',
      '"',
      "'",
      '.',
      ',',
      '=',
      'and',
      'not',
      'chain(',
      'occurs',
      '<=',
      '3 days',
      'select X from',
      '^',
      '{',
      '}',
      '$',
      '@{',
      '\\',
      '\n',
      'let a =',
      'in',
      '=>',
      'WHAT(',
      ':',
    ];
    for (let seed = 1; seed < 3000; seed++) {
      let state = seed * 2_654_435_761;
      const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
      const text = Array.from({ length: 1 + (next() % 12) }, () => bits[next() % bits.length]).join(' ');
      expect(() => compile(text, schema), text).not.toThrow();
    }
  });
});

/** text, codes in order, a piece of what is said. */
const MEANING: readonly (readonly [text: string, codes: readonly string[], says: string])[] = [
  ['persn.name.firstName = "Ada"', ['unknown-field'], 'Did you mean `person`'],
  ['person.name.fristName = "Ada"', ['unknown-field'], 'Did you mean `firstName`'],
  ['xEvent[vip = true]', ['unknown-field'], '^.vip'],
  ['xEvent[productListItems[vip]]', ['unknown-field'], '^^.vip'],
  ['xEvent[productListItems[channel = "a"]]', ['unknown-field'], '^.channel'],
  ['level = null', ['unknown-field'], 'isNull'],
  ['constructor = 1', ['unknown-field'], '`constructor`'],
  ['^.vip', ['no-outer-level'], 'no filter'],
  ['$2', ['unknown-parameter'], '$1'],
  ['visits = "many"', ['wrong-type'], 'an Integer with a String'],
  ['vip = "yes"', ['wrong-type'], 'true or false'],
  ['vip = 1', ['wrong-type'], 'a Boolean with an Integer'],
  ['level > "a"', ['wrong-type'], 'orders numbers and times'],
  ['signup = "yesterday"', ['bad-date'], 'not a timestamp'],
  ['person = "Ada"', ['wrong-type'], 'fields of the object'],
  ['level + 1 = 2', ['wrong-type'], 'needs numbers'],
  ['signup - 1 = 2', ['wrong-type'], 'occurs'],
  ['level occurs last', ['unknown-field'], 'last'],
  ['vip occurs today', ['wrong-type'], 'A time is needed'],
  ['signup occurs after tags', ['wrong-type'], 'One time is needed'],
  ['level in "gold"', ['wrong-type'], '["gold"]'],
  ['level in [1, vip]', ['wrong-type'], 'list holds'],
  ['tags < owned', ['wrong-type'], 'Two lists'],
  ['visits.contains("1")', ['wrong-type'], 'needs a String'],
  ['level.count()', ['wrong-type'], 'needs a list'],
  ['tags.get("a")', ['wrong-type'], 'needs a map'],
  ['prefs.marketing = true', ['wrong-type'], '.get("marketing")'],
  ['level.length = 3', ['wrong-type'], 'no fields'],
  ['xEvent.sum() > 1', ['wrong-type'], 'needs numbers'],
  ['tags.sum() > 1', ['wrong-type'], 'needs numbers'],
  ['level.containz("a")', ['unknown-function'], 'Did you mean `contains`'],
  ['count() > 1', ['unknown-function'], 'L.count()'],
  ['null = 1', ['unknown-field'], 'isNull()'],
  ['level not in ["a"]', ['wrong-operator'], 'notIn'],
  ['inSegmnt("a")', ['unknown-function'], '`inSegment`'],
  ['level.contains()', ['wrong-argument-count'], '1 to 2'],
  ['inSegment(level)', ['not-constant'], 'its id'],
  ['level.contains("a", vip)', ['not-constant'], 'true or false'],
  ['level.matches(level)', ['not-constant'], 'as a string'],
  ['level.matches("(a")', ['bad-pattern'], 'parentheses'],
  ['level.matches("(?=a)")', ['bad-pattern'], 'RE2'],
  ['level.matches("(a)\\\\1")', ['bad-pattern'], 'Back-references'],
  ['signup occurs on date(2023, 2, 29)', ['bad-date'], 'no day 2023-2-29'],
  ['signup occurs after "2023-13-01"', ['bad-date'], 'not a timestamp'],
  ['last month', ['bad-time-expression'], 'occurs'],
  ['exists X from xEvent where X.eventType = "a", X from carts', ['duplicate-name'], '`X`'],
  ['exists X from level', ['wrong-type'], 'needs a list'],
  ['chain(xEvent, timestamp, [A: WHAT(eventType = "a"), A: WHAT(eventType = "b")])', ['duplicate-name'], 'label A'],
  ['chain(xEvent, timestamp, [A: WHAT(eventType = "a") WHEN(<= 1 day after B), B: WHAT(eventType = "b")])', ['bad-label'], 'comes later'],
  [
    'chain(xEvent, timestamp, [A: WHAT(eventType = "a"), N: NOT WHAT(channel = "b"), B: WHAT(channel = "c") WHEN(after N)])',
    ['bad-label'],
    'negated',
  ],
  ['chain(xEvent, channel, [A: WHAT(eventType = "a")])', ['unknown-field'], 'timestamp'],
  ['if(vip, 1, "a") = 1', ['wrong-type'], 'must be alike'],
  ['(a, b) => a.vip', ['unknown-parameter'], 'one parameter'],
  ['carts.map((A, B) => A)', ['wrong-argument-count'], 'one parameter'],
  ['@{offers}.x = 1', ['not-supported-yet'], 'decisioning'],
  ['carts.map((C) => mapEntry(C, 1))', ['wrong-type'], 'A key is a simple value'],
  ['loyalty.level = "gld"', ['value-not-in-list'], 'Did you mean "gold"'],
  ['loyalty.level in ["gold", "iron"]', ['value-not-in-list'], '"iron"'],
  ['old = "x"', ['deprecated-field'], 'deprecated'],
  ['vsits > 3 and level.containz("a") and person.nam = 1', ['unknown-field', 'unknown-function', 'unknown-field'], 'visits'],
];

describe('a text that means nothing', () => {
  it.each(MEANING)('%j has the problems %j', (text, expected, says) => {
    const { problems, plan } = compile(text, schema);
    expect(problems.map((problem) => problem.code)).toEqual(expected);
    expect(problems.map((problem) => `${problem.message} ${problem.hint ?? ''}`).join(' ')).toContain(says);
    expect(plan === null).toBe(problems.some((problem) => problem.severity === 'error'));
  });

  it('ignores case in listed values where the test does', () => {
    expect(codes('loyalty.level.equals("GOLD", false)')).toEqual([]);
    expect(codes('loyalty.level.equals("gld", false)')).toEqual(['value-not-in-list']);
  });
});

describe('problems', () => {
  it('are found by line and column', () => {
    expect(positionOf('a\r\nbc\nd', 4)).toEqual({ line: 2, column: 2 });
    expect(positionOf('a\nb', 99)).toEqual({ line: 2, column: 2 });
  });

  it('are drawn under the line they are about', () => {
    const text = 'vip = true\nand\tvsits > 3';
    const [problem] = compile(text, schema).problems;
    expect(problem && renderProblem(text, problem)).toBe(
      [
        'error[unknown-field]: The profile has no field `vsits`.',
        ' --> line 2, column 5',
        '2 | and\tvsits > 3',
        '  |    \t^^^^^',
        '  = hint: Did you mean `visits`?',
      ].join('\n'),
    );
  });

  it('all have a code of the catalogue with a meaning', () => {
    for (const [code, { meaning }] of Object.entries(problemCatalogue)) expect(meaning, code).toMatch(/\.$/);
  });
});
