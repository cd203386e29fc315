/** Random queries that check against the test schema, and random profiles that make them differ. */
import * as fc from 'fast-check';
import type { DataObject } from '../../src/index.ts';
import { NOW } from './schema.ts';

const quote = (text: string): string => JSON.stringify(text);
const word = fc.constantFrom('gold', 'Gold', 'silver', 'San Jose', 'a', 'b', '', 'ab');
const eventType = fc.constantFrom('view', 'buy', 'search', 'Buy');
const number = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom(0.5, 2.5));
const comparison = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
const equality = fc.constantFrom('=', '!=');
const template = (strings: TemplateStringsArray, ...parts: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((values) => strings.map((text, index) => text + (index < values.length ? String(values[index]) : '')).join(''));
const quoted = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> => arbitrary.map(quote);
const words = fc.array(quoted(word), { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`);

const reference = fc.constantFrom(
  'now',
  'today',
  'yesterday',
  'tomorrow',
  'this week',
  'last month',
  'next day',
  'this year',
  'date(2024, 3, 13)',
  '"2024-03-14T10:00:00Z"',
);
const unit = fc.constantFrom('hour', 'hours', 'days', 'weeks', 'month', 'minutes');
const time = fc.oneof(
  template`${comparison} ${fc.nat(3)} ${unit} ${fc.constantFrom('before', 'after', 'from')} ${reference}`,
  template`${fc.constantFrom('before', 'after', 'on')} ${reference}`,
  template`between ${reference} and ${reference}`,
);

const textCondition = (path: string): fc.Arbitrary<string> =>
  fc.oneof(
    template`${fc.constant(path)} ${equality} ${quoted(word)}`,
    template`${fc.constant(path)} ${fc.constantFrom('in', 'notIn')} ${words}`,
    template`${fc.constant(path)}.${fc.constantFrom('equals', 'notEqualTo', 'contains', 'doesNotContain', 'startsWith', 'doesNotEndWith')}(${quoted(word)}, ${fc.boolean()})`,
    template`${fc.constant(path)}.${fc.constantFrom('isNull', 'isNotNull')}()`,
    template`${fc.constant(path)} like ${fc.constantFrom('"%a%"', '"_"', '"San %"')}`,
    template`stringCompare(${fc.constantFrom('"equals"', '"doesNotContain"')}, ${fc.constant(path)}, ${words}, ${fc.boolean()})`,
  );

const numberCondition = (path: string): fc.Arbitrary<string> =>
  fc.oneof(
    template`${fc.constant(path)} ${comparison} ${number}`,
    template`${number} ${comparison} ${fc.constant(path)}`,
    template`${fc.constant(path)} ${fc.constantFrom('+', '-', '*', '/', '%')} ${fc.nat(3)} ${comparison} ${number}`,
    template`${fc.constant(path)}.${fc.constantFrom('isNull', 'isNotNull')}()`,
  );

const itemCondition = fc.oneof(textCondition('SKU'), numberCondition('priceTotal'), numberCondition('quantity'));

const eventCondition = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    template`eventType = ${quoted(eventType)}`,
    template`eventType.equals(${quoted(eventType)}, false)`,
    template`eventType in [${quoted(eventType)}, ${quoted(eventType)}]`,
    template`timestamp occurs ${time}`,
    textCondition('channel'),
    numberCondition('commerce.order.priceTotal'),
    template`productListItems.exists(${itemCondition})`,
    template`productListItems[${itemCondition}].count() ${comparison} ${number}`,
    template`${fc.constantFrom('commerce.order.priceTotal', 'productListItems.priceTotal')} ${comparison} ^.minSpend`,
    template`(${tie('condition')} and ${tie('condition')})`,
    template`(${tie('condition')} or ${tie('condition')})`,
    template`not (${tie('condition')})`,
  ),
})).condition;

const chosen = fc.oneof(
  fc.constant('xEvent'),
  template`xEvent[${eventCondition}]`,
  template`xEvent[${eventCondition}][${eventCondition}]`,
  template`(select E from xEvent where E.eventType = ${quoted(eventType)})`,
);

const step = (label: string, after: string | null): fc.Arbitrary<string> =>
  template`${fc.constant(label)}: ${fc.constantFrom('', '', 'NOT ')}WHAT(${eventCondition})${fc.oneof(fc.constant(''), fc.constant(''), template` WHEN(${time})`, ...(after === null ? [] : [template` WHEN(${fc.constantFrom('<=', '>', '<')} ${fc.nat(3)} ${unit} after ${fc.constant(after)})`]))}`;

const count = fc.constantFrom('', '', ' COUNT(2)');
const chain = fc.oneof(
  template`chain(xEvent, timestamp, [A: WHAT(${eventCondition})${count}])`,
  template`chain(${chosen}, timestamp, [A: WHAT(${eventCondition})${count}, ${step('B', 'A')}])`,
  template`chain(xEvent, timestamp, [${step('A', null)}, B: WHAT(${eventCondition}), ${step('C', 'B')}])`,
);

const eventQuery = fc.oneof(
  template`${chosen}`,
  template`${chosen}.count() ${comparison} ${number}`,
  template`${chosen}.${fc.constantFrom('sum', 'average', 'min', 'max')}(commerce.order.priceTotal) ${comparison} ${number}`,
  template`${chosen}.productListItems.priceTotal.${fc.constantFrom('sum', 'average', 'min', 'max', 'count')}() ${comparison} ${number}`,
  template`(${fc.constantFrom('sum', 'max')} X.commerce.order.priceTotal over X from ${chosen}) ${comparison} ${number}`,
  template`xEvent.commerce.order.priceTotal ${comparison} ${number}`,
  textCondition('xEvent.productListItems.SKU'),
  template`exists X from ${chosen} where X.channel = ${quoted(word)}, Y from X.productListItems where Y.quantity ${comparison} ${number}`,
  template`(select X from xEvent where X.eventType = ${quoted(eventType)}, Y from xEvent where Y != X and Y.channel = X.channel)`,
  template`(forall X from ${chosen} where X.channel = ${quoted(word)}, Y from carts where Y.total > 1)`,
  template`let n = ${chosen}.count() in (n ${comparison} ${number} and n ${comparison} ${number})`,
  template`let p = xEvent.productListItems.priceTotal in p.exists(this ${comparison} ${number}) or p.count() > 2`,
  template`${chosen}.channel.distinct().count() ${comparison} ${number}`,
  template`${chosen}.topN(commerce.order.priceTotal, 2).sum(commerce.order.priceTotal) ${comparison} ${number}`,
  template`xEvent.groupBy(channel).map((K, G) => G.count()).max() ${comparison} ${number}`,
  template`if(${chosen}, xEvent.count() ${comparison} ${number}, vip)`,
  chain,
);

const attributeQuery = fc.oneof(
  textCondition('level'),
  textCondition('person.name.firstName'),
  numberCondition('loyalty.points'),
  fc.constantFrom(
    'vip',
    'vip = false',
    'vip != false',
    'true',
    'false',
    'person',
    'tags',
    'minSpend',
    'tags = owned',
    'tags != owned',
    '1 + 1 = 2',
  ),
  template`${fc.constantFrom('signup', 'person.birthDate', 'loyalty.joined')} occurs ${time}`,
  textCondition('tags'),
  template`tags.${fc.constantFrom('intersects', 'subsetOf', 'supersetOf')}(${fc.oneof(words, fc.constant('owned'))})`,
  template`tags.includes(${quoted(word)})`,
  template`tags.intersection(${words})`,
  template`carts[total ${comparison} ${number}].sum(total) ${comparison} ${number}`,
  template`carts.lines.price ${comparison} ${number}`,
  template`carts[lines[price > ^.total]].count() ${comparison} ${number}`,
  template`prefs.get(${quoted(word)}).on`,
  template`prefs.values().exists(on = true)`,
  template`words.get(${quoted(word)}) ${equality} level`,
  template`words.keys().includes(${quoted(word)})`,
  template`signup.${fc.constantFrom('getMonth', 'getDayOfMonth')}() = ${fc.constantFrom('currentMonth()', 'currentDayOfMonth()', '3')}`,
  template`inSegment(${quoted(word)})`,
);

/** Text of a query about the test schema; checks without errors. */
export const arbitraryQuery: fc.Arbitrary<string> = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: eventQuery.map((text) => `(${text})`) },
    { weight: 3, arbitrary: attributeQuery.map((text) => `(${text})`) },
    { weight: 1, arbitrary: template`(${tie('query')} and ${tie('query')})` },
    { weight: 1, arbitrary: template`(${tie('query')} or ${tie('query')})` },
    { weight: 1, arbitrary: template`not (${tie('query')})` },
  ),
})).query;

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const instant = fc.oneof(
  fc.integer({ min: NOW - 45 * 86_400_000, max: NOW + 3 * 86_400_000 }),
  fc.nat(30).map((days) => Date.UTC(2024, 2, 14) - days * 86_400_000),
  fc.nat(60).map((hours) => NOW - hours * 3_600_000),
);
const timestamp = fc.oneof(
  instant,
  instant.map((ms) => new Date(ms).toISOString()),
);
const price = fc.constantFrom(-1, 0, 0.5, 1, 2, 3, 10);

const event = fc.record({
  _id: fc.string({ minLength: 1, maxLength: 3 }),
  timestamp,
  eventType: maybe(eventType),
  channel: maybe(word),
  commerce: maybe(fc.record({ order: maybe(fc.record({ priceTotal: maybe(price) })) })),
  productListItems: maybe(
    fc.array(fc.record({ SKU: maybe(word), priceTotal: maybe(price), quantity: maybe(fc.nat(3)) }), { maxLength: 3 }),
  ),
});

/** A profile of the test schema with a few events; anything may be missing. */
export const arbitraryProfile: fc.Arbitrary<DataObject> = fc.record({
  person: maybe(
    fc.record({
      name: maybe(fc.record({ firstName: maybe(word) })),
      birthDate: maybe(instant.map((ms) => new Date(ms).toISOString().slice(0, 10))),
    }),
  ),
  loyalty: maybe(fc.record({ points: maybe(price), joined: maybe(timestamp) })),
  vip: maybe(fc.boolean()),
  level: maybe(word),
  minSpend: maybe(price),
  signup: maybe(timestamp),
  tags: maybe(fc.array(word, { maxLength: 3 })),
  owned: maybe(fc.array(word, { maxLength: 3 })),
  carts: maybe(
    fc.array(fc.record({ total: maybe(price), lines: maybe(fc.array(fc.record({ price: maybe(price) }), { maxLength: 2 })) }), {
      maxLength: 3,
    }),
  ),
  prefs: maybe(fc.dictionary(word, fc.record({ on: maybe(fc.boolean()) }), { maxKeys: 3, noNullPrototype: true })),
  words: maybe(fc.dictionary(word, word, { maxKeys: 3, noNullPrototype: true })),
  segmentMembership: maybe(
    fc.record({
      ups: fc.dictionary(word, fc.record({ status: fc.constantFrom('realized', 'existing', 'exited') }), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
    }),
  ),
  xEvent: maybe(fc.array(event, { maxLength: 5 })),
});
