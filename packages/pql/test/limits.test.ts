import { describe, expect, it } from 'vitest';
import { compile, evaluate, format, parse, print, why } from '../src/index.ts';
import { codes, schema, utc } from './support/schema.ts';

const nested = (open: string, middle: string, close: string, times: number): string => open.repeat(times) + middle + close.repeat(times);

describe('a huge text', () => {
  it.each([
    ['parentheses', (times: number) => nested('(', 'vip', ')', times)],
    ['negations', (times: number) => nested('not (', 'vip', ')', times)],
    ['exclamation marks', (times: number) => `${'!'.repeat(times)}vip`],
    ['lists', (times: number) => nested('[', '1', ']', times)],
    ['minus signs', (times: number) => `${'-'.repeat(times)}visits = 1`],
    ['sums', (times: number) => `visits${' + 1'.repeat(times)} > 3`],
    ['filters', (times: number) => `xEvent${'[channel = "a"]'.repeat(times)}`],
    ['nested filters', (times: number) => nested('xEvent[', 'xEvent', ']', times)],
    ['conditions', (times: number) => nested('if(vip, ', 'vip', ', vip)', times)],
    ['lets', (times: number) => `${'let a = vip in '.repeat(times)}a`],
    ['alternating logic', (times: number) => nested('(vip and (visits = 1 or ', 'vip', '))', times)],
  ])('of nested %s is refused when too deep, and runs when not', (_, make) => {
    expect(codes(make(2000))).toContain('nesting-too-deep');
    expect(codes(make(30_000))).toContain('nesting-too-deep');
    const text = make(60);
    const { plan, ast } = compile(text, schema);
    expect(plan).not.toBeNull();
    if (plan === null || ast === null) return;
    evaluate(plan.test, { xEvent: [{ channel: 'a' }] }, utc);
    why(plan, {}, utc);
    expect(parse(print(ast)).problems).toEqual([]);
    expect(parse(format(text)).problems).toEqual([]);
  });

  it('of more than a megabyte is refused', () => {
    expect(codes(`level = "${'x'.repeat(1_048_576)}"`)).toEqual(['text-too-long']);
  });

  it('of many alternatives is no deeper than one', () => {
    const text = Array.from({ length: 5000 }, (_, index) => `visits = ${index}`).join(' or ');
    const { plan } = compile(text, schema);
    expect(plan && evaluate(plan.test, { visits: 4999 }, utc)).toBe(true);
    expect(Object.keys(plan?.leaves ?? {})).toHaveLength(1);
  });
});
