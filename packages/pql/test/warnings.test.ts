/** Warnings: rules that can be evaluated, but hardly mean what was meant. */
import { describe, expect, it } from 'vitest';
import { compile, evaluate } from '../src/index.ts';
import * as fc from 'fast-check';
import { arbitraryProfile, arbitraryQuery } from './support/arbitrary-query.ts';
import { codes, planFor, schema, utc } from './support/schema.ts';

describe('a condition that can never be true', () => {
  it.each([
    ['visits > 5 and visits < 3', 'visits < 3'],
    ['visits > 5 and vip and visits < 6', 'visits < 6'],
    ['visits = 1 and visits = 2', 'visits = 2'],
    ['level = "a" and level = "b"', 'level = "b"'],
    ['level in ["a", "b"] and level in ["c"]', 'level in ["c"]'],
    ['level = "a" and level != "a"', 'level != "a"'],
    ['level = "a" and level notIn ["a", "b"]', 'level notIn ["a", "b"]'],
    ['vip and vip = false', 'vip = false'],
    ['level.isNull() and level = "a"', 'level = "a"'],
    ['visits = 2 and visits > 3', 'visits > 3'],
    ['visits = 1.5', 'visits = 1.5'],
    ['xEvent.count() < 0', 'xEvent.count() < 0'],
    ['xEvent.count() = 2.5', 'xEvent.count() = 2.5'],
    ['signup.getMonth() = 13', 'signup.getMonth() = 13'],
    ['signup occurs between date(2024, 2, 1) and date(2024, 1, 1)', 'signup occurs between date(2024, 2, 1) and date(2024, 1, 1)'],
    ['signup occurs between this month and last month', 'signup occurs between this month and last month'],
    ['signup occurs < 0 days before now', 'signup occurs < 0 days before now'],
    ['xEvent[timestamp occurs <= 3 days before now and timestamp occurs > 5 days before now]', 'timestamp occurs > 5 days before now'],
    ['chain(xEvent, timestamp, [A: WHAT(channel = "a") WHEN(today and last month)])', 'last month'],
    ['xEvent[eventType = "a" and (channel = "x" and eventType = "b")]', '(channel = "x" and eventType = "b")'],
  ])('%s: %s', (text, blamed) => {
    const { problems, plan } = compile(text, schema);
    expect(problems.map(({ code }) => code)).toEqual(['never-true']);
    const [{ span } = expect.fail()] = problems;
    expect(blamed).toContain(text.slice(span.from, span.to));
    expect(plan).not.toBeNull();
  });

  it.each([
    'visits > 5 and visits < 7',
    'visits > 5 or visits < 3',
    'tags = "a" and tags = "b"',
    'minSpend > 5 and minSpend < 6',
    'level = "a" and not (level = "b")',
    'xEvent[eventType = "a"] and xEvent[eventType = "b"]',
    'signup occurs <= 12 hours before now and signup occurs before today',
    'signup occurs between date(2024, 2, 1) and date(2024, 2, 1)',
    'xEvent.count() >= 1',
    'signup.getDayOfMonth() <= 30',
  ])('is none of: %s', (text) => {
    expect(codes(text)).toEqual([]);
  });

  it('is never true of any profile, wherever the checker says so of a whole rule', () => {
    let found = 0;
    const comparison = fc.tuple(
      fc.constantFrom('visits', 'minSpend', 'xEvent.count()', 'signup'),
      fc.constantFrom('=', '<', '>', '<=', '>=', '!='),
      fc.integer({ min: -1, max: 4 }),
    );
    const rule = fc.array(comparison, { minLength: 1, maxLength: 4 }).map((parts) => parts.map((part) => part.join(' ')).join(' and '));
    const document = fc.record({
      visits: fc.integer({ min: -2, max: 5 }),
      minSpend: fc.constantFrom(-1, 0, 0.5, 1, 2.5, 3, 4),
      signup: fc.nat(5),
      xEvent: fc.array(fc.record({ _id: fc.constant('a') }), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(rule, fc.array(document, { minLength: 20, maxLength: 20 }), (text, documents) => {
        if (!codes(text).includes('never-true')) return;
        found++;
        const { test } = planFor(text);
        for (const each of documents) expect(evaluate(test, each, utc), text).toBe(false);
      }),
      { numRuns: 2000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('is not blamed on parts of rules that hold for somebody', () => {
    fc.assert(
      fc.property(arbitraryQuery, arbitraryProfile, (text, document) => {
        const { problems, plan } = compile(`(${text}) and 1 < 2`, schema);
        const whole = problems.some(({ code, span }) => code === 'never-true' && span.from <= 1 && span.to >= text.length + 1);
        if (whole && plan !== null) expect(evaluate(plan.test, document, utc), text).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a condition that is always true', () => {
  it.each(['xEvent.count() >= 0', 'xEvent.count() > -1', 'xEvent.count() != -1', 'signup.getMonth() <= 12', 'signup.getDayOfMonth() < 32'])(
    '%s',
    (text) => {
      expect(codes(text)).toEqual(['always-true']);
    },
  );
});

describe('a complex rule', () => {
  const steps = (count: number): string => Array.from({ length: count }, (_, index) => `C${index}: WHAT(channel = "a")`).join(', ');
  const sums = (count: number): string => Array.from({ length: count }, (_, index) => `carts.sum(total) > ${index}`).join(' or ');
  const many = (count: number): string => Array.from({ length: count }, (_, index) => `visits = ${index}`).join(' or ');
  it.each([
    [`chain(xEvent, timestamp, [${steps(6)}])`, `chain(xEvent, timestamp, [${steps(7)}])`],
    [sums(3), sums(4)],
    [many(50), many(51)],
    ['xEvent[productListItems[quantity > 1]].productListItems[SKU = "a"]', 'xEvent[productListItems[^^.carts[total > 1]]]'],
    ['carts.exists(lines.exists(price > 1))', 'xEvent.exists(^.carts.exists(lines.exists(price > 1)))'],
  ])('is warned of beyond the limits of the platform: %s', (fine, complex) => {
    expect(codes(fine)).toEqual([]);
    expect(codes(complex)).toEqual(['complex-rule']);
    expect(compile(complex, schema).plan).not.toBeNull();
  });
});
