import { describe, expect, it } from 'vitest';
import { classify } from '../src/editor/classify.ts';

const shades = (text: string) => classify(text).map(({ from, to, shade }) => `${text.slice(from, to)}:${shade}`);

describe('colours', () => {
  it('tell keywords, functions, fields and strings apart', () =>
    expect(shades('not (city.contains("a", false))')).toEqual([
      'not:keyword',
      'city:field',
      'contains:function',
      '"a":string',
      'false:keyword',
    ]));
  it('show time words as such', () =>
    expect(shades('timestamp occurs <= 30 days before now')).toEqual([
      'timestamp:field',
      'occurs:keyword',
      '<=:operator',
      '30:number',
      'days:time',
      'before:time',
      'now:time',
    ]));
  it('take a field named like a word for a field', () => expect(shades('order.day = 1')).toContain('day:field'));
  it('show the steps of a chain as labels', () => expect(shades('chain(xEvent, timestamp, [A: WHAT(x = 1)])')).toContain('A:label'));
  it('hold on to an unclosed string', () => expect(shades('city = "Ber')).toEqual(['city:field', '=:operator', '"Ber:string']));
});
