import { describe, expect, it } from 'vitest';
import {
  compile,
  describe as sentenceOf,
  evaluate,
  EvaluationLimit,
  format,
  fromJson,
  hasErrors,
  MAX_PROBLEMS,
  methodsOf,
  nextChange,
  parse,
  print,
  ruleWords,
  toJson,
  why,
} from '../src/index.ts';
import type { DataObject } from '../src/index.ts';
import { codes, planFor, schema, utc } from './support/schema.ts';

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

const repeated = (count: number, text: (index: number) => string, separator: string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(separator);
const events = (count: number): DataObject => ({
  level: 'abc'.repeat(1000),
  numbers: [1, 2, 3],
  xEvent: Array.from({ length: count }, (_, index) => ({ _id: String(index), channel: index % 2 === 0 ? 'a' : 'b', timestamp: index })),
});

/** Everything that can be done with a query; what it answers does not matter here. */
function everything(text: string): void {
  const { ast, plan, problems } = compile(text, schema);
  if (ast !== null && !hasErrors(problems)) {
    expect(parse(print(ast)).problems).toEqual([]);
    expect(fromJson(JSON.parse(JSON.stringify(toJson(ast)))).problems).toEqual([]);
    format(text);
  }
  if (plan === null) return;
  for (const each of [() => sentenceOf(plan), () => methodsOf(plan), () => ruleWords(plan)]) each();
  try {
    evaluate(plan.test, events(40), utc);
    why(plan, events(40), utc);
    for (const leaf of Object.values(plan.leaves).slice(0, 3)) nextChange(leaf, events(40), utc);
  } catch (error) {
    expect(error).toBeInstanceOf(EvaluationLimit);
  }
}

describe('a query of ten thousand parts', () => {
  it.each([
    ['alternatives', repeated(10_000, (index) => `visits = ${index}`, ' or ')],
    ['contradictions', repeated(3000, (index) => `visits != ${index}`, ' and ')],
    ['event conditions', repeated(2500, (index) => `xEvent[channel = "c${index}"]`, ' or ')],
    ['event counts', repeated(2000, (index) => `xEvent[channel = "c${index}"].count() > ${index}`, ' and ')],
    ['text tests', repeated(2500, (index) => `level.contains("c${index}", false)`, ' or ')],
    ['members of a list', `level in [${repeated(10_000, (index) => `"v${index}"`, ', ')}]`],
    ['compared texts', `stringCompare("contains", level, [${repeated(5000, (index) => `"v${index}"`, ', ')}], false)`],
    ['steps', `chain(xEvent, timestamp, [${repeated(500, (index) => `C${index}: WHAT(channel = "a")`, ', ')}])`],
    ['entries', `{${repeated(5000, (index) => `"k${index}": visits`, ', ')}}.k1 > 1`],
    ['methods in a row', `numbers${'.map(this + 1)'.repeat(200)}.sum() > 1`],
    ['nested conditions', nested('if(', 'vip', ', vip, vip = false)', 100)],
    [
      'doubling variables',
      `${repeated(60, (index) => `let a${index} = ${index === 0 ? 'visits' : `(a${index - 1} + a${index - 1})`} in`, ' ')} a59 > 1`,
    ],
  ])('is answered: %s', (_, text) => everything(text));
});

describe('a megabyte', () => {
  const MEGABYTE = 1_000_000;
  it.each([
    ['of text', `level = "${'x'.repeat(MEGABYTE)}"`],
    ['of a LIKE pattern', `level like "${'%a'.repeat(MEGABYTE / 3)}"`],
    ['of a regular expression', `level.matches("${'a|'.repeat(MEGABYTE / 3)}b")`],
    ['of spaces', `${' '.repeat(MEGABYTE)}vip`],
    ['of quotes', '"'.repeat(MEGABYTE)],
    ['of brackets', '('.repeat(MEGABYTE)],
    ['of dots', `a${'.a'.repeat(MEGABYTE / 2)}`],
    ['of names', 'a '.repeat(MEGABYTE / 2)],
    ['of operators', '= '.repeat(MEGABYTE / 2)],
    ['of strange characters', '§'.repeat(MEGABYTE)],
    ['of calls', 'sum('.repeat(MEGABYTE / 4)],
    ['of sums', repeated(20_000, () => 'sum(numbers)', ' + ')],
    ['of carets', `${'^'.repeat(MEGABYTE / 4)}.vip`],
  ])('%s is answered, with few problems', (_, text) => {
    expect(compile(text, schema).problems.length).toBeLessThanOrEqual(2 * MAX_PROBLEMS);
    everything(text);
  });
});

describe('combinations without end', () => {
  it.each([
    ['lists in lists', nested('xEvent[', 'xEvent', ']', 110)],
    ['choices of a value', `(select ${repeated(6, (index) => `X${index} from xEvent`, ', ')}).count() > 3`],
    ['sums over all', `(sum 1 over ${repeated(8, (index) => `X${index} from xEvent`, ', ')}) > 3`],
  ])('are warned of, and given up in time: %s', (_, text) => {
    expect(codes(text)).toEqual(['complex-rule']);
    expect(() => evaluate(planFor(text).test, events(60), utc)).toThrow(EvaluationLimit);
  });

  it('are no harm where the first choice decides', () => {
    const text = `exists ${repeated(30, (index) => `X${index} from xEvent where X${index}.channel = "a"`, ', ')}`;
    expect(evaluate(planFor(text).test, events(60), utc)).toBe(true);
  });

  it('of two lists of a thousand are tried', () => {
    const text = 'exists X from xEvent where X.channel = "a", Y from xEvent where Y.timestamp > X.timestamp and Y.channel = "c"';
    expect(evaluate(planFor(text).test, events(1000), utc)).toBe(false);
  });
});
