import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format, parse, print } from '../src/index.ts';
import { arbitraryAst, withoutSpans } from './support/arbitrary-ast.ts';

describe('print', () => {
  it('writes text that reads back as the same tree', () => {
    fc.assert(
      fc.property(arbitraryAst, (ast) => {
        const text = print(ast);
        const { ast: again, problems } = parse(text);
        expect(problems, text).toEqual([]);
        expect(withoutSpans(again), text).toEqual(withoutSpans(ast));
      }),
      { numRuns: 3000 },
    );
  });

  it('is asked for every kind of node, time and clause', () => {
    const seen = new Set<string>();
    const look = (part: unknown): void => {
      if (typeof part !== 'object' || part === null) return;
      if ('kind' in part && typeof part.kind === 'string') seen.add(part.kind);
      if ('negated' in part) seen.add(part.negated === true ? 'negated step' : 'step');
      if ('operator' in part) seen.add(String(part.operator));
      for (const each of Object.values(part)) look(each);
    };
    for (const tree of fc.sample(arbitraryAst, { numRuns: 5000, seed: 1 })) look(tree);
    const kinds =
      'string integer double boolean array object name parameter this context field method call filter lambda let if select exists forall aggregate ' +
      'negative not logic binary occurs timeWord calendar chain distance relative between on step negated_step ' +
      'and or + - * / % = != < <= > >= in notIn like matches';
    expect(kinds.split(' ').filter((kind) => !seen.has(kind.replace('_', ' ')))).toEqual([]);
  });

  it('gives every node a span whose text reads as that node', () => {
    fc.assert(
      fc.property(arbitraryAst, (ast) => {
        const text = print(ast);
        expect(parse(text).ast?.span.from, text).toBeLessThanOrEqual(text.length);
        expect(text.slice(0, parse(text).ast?.span.from ?? 0).replaceAll('(', '')).toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a=1 AND b = 2 OR NOT(c)', 'a = 1 and b = 2 or not (c)'],
    ['!(a) and (b or c)', 'not (a) and (b or c)'],
    ["x in ('a','b')", 'x in ["a", "b"]'],
    ["x in ('a')", 'x in ["a"]'],
    ['count(xEvent) > 1 and Xs.ISNULL() or SUM(a.b) = 2', 'xEvent.count() > 1 and Xs.isNull() or a.b.sum() = 2'],
    ['sum(a) + sum (X.b) over X from c', 'a.sum() + (sum X.b over X from c)'],
    ['t occurs (<= 3 days before now)', 't occurs <= 3 days before now'],
    ['some X from xEvent : X.a', 'exists X from xEvent where X.a'],
    ['a occurs 	on today', 'a occurs on today'],
    ['a occurs < 1 DAYS before now', 'a occurs < 1 day before now'],
    ['^^.p + ^p', '^^.p + ^.p'],
    ['price = 3000.0', 'price = 3000.0'],
    ['-(-5)', '-(-5)'],
    ['(a + b) * c - (d - e)', '(a + b) * c - (d - e)'],
  ])('writes %s as %s', (text, canonical) => {
    const { ast } = parse(text);
    expect(ast && print(ast)).toBe(canonical);
  });
});

describe('format', () => {
  it('keeps the meaning of what it lays out', () => {
    fc.assert(
      fc.property(arbitraryAst, (ast) => {
        const text = print(ast);
        expect(withoutSpans(parse(format(text)).ast), format(text)).toEqual(withoutSpans(ast));
      }),
      { numRuns: 1000 },
    );
  });

  it('puts each step of a chain and each long condition on a line of its own', () => {
    expect(format('chain(xEvent, timestamp, [A: WHAT(eventType = "v"), B: WHAT(eventType = "b")]) and vip')).toBe(
      'chain(xEvent, timestamp, [\n  A: WHAT(eventType = "v"),\n  B: WHAT(eventType = "b")\n])\nand vip',
    );
  });

  it('leaves broken text alone', () => {
    expect(format('a  = (')).toBe('a  = (');
  });
});
