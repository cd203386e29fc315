/** Queries whose result is a value: numbers, lists, objects, maps, times. */
import { describe, expect, it } from 'vitest';
import { asJson, compileValue, describeType, evaluateValue } from '../src/index.ts';
import type { DataObject } from '../src/index.ts';
import { event, schema, utc } from './support/schema.ts';

const shop: DataObject = {
  visits: 3,
  signup: 1_704_067_200_000,
  person: { birthDate: '1990-01-31' },
  tags: ['b', 'a', 'b'],
  carts: [
    { sku: 'x', total: 4, store: 'A' },
    { sku: 'y', total: 6, store: 'B' },
    { sku: 'z', total: 2, store: 'A' },
    { sku: 'w', total: 9 },
  ],
  xEvent: [event('buy', { days: 1 }, { commerce: { order: { priceTotal: 30 } } }), event('view', { days: 2 })],
};

function valueOf(text: string, document: DataObject = shop): readonly [type: string, value: unknown] {
  const { value, type, problems } = compileValue(text, schema);
  if (value === null) throw new Error(JSON.stringify(problems));
  return [describeType(type), asJson(evaluateValue(value, document, utc), type)];
}

describe('the value of a query', () => {
  it.each([
    ['visits + 1', 'Integer', 4],
    ['visits / 0', 'Number', null],
    ['visits > 2', 'Boolean', true],
    ['level', 'String', null],
    ['xEvent.sum(commerce.order.priceTotal)', 'Number', 30],
    ['carts.average(total)', 'Number', 5.25],
    ['tags.distinct()', 'list of String', ['b', 'a']],
    ['carts.topN(total, 2).sku', 'list of String', ['w', 'y']],
    ['signup', 'DateTime', '2024-01-01T00:00:00.000Z'],
    ['person.birthDate', 'Date', '1990-01-31'],
    ['xEvent.timestamp', 'list of DateTime', ['2024-03-13T15:09:26.535Z', '2024-03-12T15:09:26.535Z']],
    ['if(visits > 2, "often", "seldom")', 'String', 'often'],
    ['(P) => P.visits', 'Integer', 3],
    ['let last = xEvent.max(timestamp) in { "last": last, "n": xEvent.count() }', 'Object', { last: '2024-03-13T15:09:26.535Z', n: 2 }],
    [
      'carts.groupBy(store).map({ "n": this.count(), "store": this.head().store })',
      'list of Object',
      [
        { n: 2, store: 'A' },
        { n: 1, store: 'B' },
      ],
    ],
  ] as const)('%s is a %s: %j', (text, type, value) => {
    expect(valueOf(text)).toEqual([type, value]);
  });
});

describe('mapEntry', () => {
  it.each([
    ['carts.groupBy(store).map((K, G) => mapEntry(K, G.count()))', 'map of Integer', { A: 2, B: 1 }],
    ['carts.groupBy(store).map((K, G) => mapEntry(K, G.sum(total))).get("A")', 'Number', 6],
    ['carts.groupBy(store).map((K, G) => mapEntry(K, G.count())).keys()', 'list of String', ['A', 'B']],
    ['carts.map((C) => mapEntry(C.sku, { "t": C.total })).values().t.sum()', 'Number', 21],
    ['carts.map((C) => mapEntry(C.store, C.sku))', 'map of String', { A: 'x', B: 'y' }],
    [
      'carts.map((C) => if(C.total > 3, mapEntry(C.total, C.sku), mapEntry("less", C.sku)))',
      'map of String',
      { 4: 'x', 6: 'y', less: 'z', 9: 'w' },
    ],
    ['mapEntry("a", 1)', 'map of Integer', { a: 1 }],
    ['mapEntry(level, 1)', 'map of Integer', null],
    ['xEvent.map((E) => mapEntry("__proto__", E.channel))', 'map of String', JSON.parse('{"__proto__": null}')],
  ] as const)('%s is a %s: %j', (text, type, value) => {
    expect(valueOf(text)).toEqual([type, value]);
  });
});

describe('a query without a value', () => {
  it('says why', () => {
    const codes = (text: string): readonly string[] => compileValue(text, schema).problems.map(({ code }) => code);
    expect(codes('@{https://ns.example/x;version=1}.y')).toEqual(['not-supported-yet']);
    expect(codes('visits +')).toEqual(['missing-expression']);
    expect(compileValue('visits +', schema).value).toBeNull();
    expect(codes('this month')).toEqual(['bad-time-expression']);
  });
});
