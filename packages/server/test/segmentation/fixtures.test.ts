/** Disagreements between SQL and the reference evaluator that were found once, and rules that are easy to get wrong. */
import { compile, evaluate } from '@kindred/pql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { combineLeaves } from '../../src/segmentation/logic.ts';
import { Bitmap, fromState } from '../../src/segmentation/bitmap/index.ts';
import { inRanges } from '../../src/segmentation/ranges.ts';
import { leafQuery } from '../../src/segmentation/sql/index.ts';
import { contextOf, queriesOf, testEngine } from './support/leaves.ts';
import type { TestEvent, TestPerson } from './support/people.ts';
import { TestPopulation } from './support/people.ts';
import { NOW, schema } from './support/shop.ts';

interface Fixture {
  readonly name: string;
  readonly query: string;
  readonly inside: readonly TestPerson[];
  readonly outside: readonly TestPerson[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const who = (attributes: TestPerson['attributes'], events: readonly TestEvent[] = []): TestPerson => ({ attributes, events });
let last = 0;
/** An event so many ms ago. */
const ago = (ms: number, eventType: string, more: Readonly<Record<string, unknown>> = {}): TestEvent => ({
  ...more,
  _id: `e${++last}`,
  timestamp: new Date(NOW - ms).toISOString(),
  eventType,
});
const did = (...events: readonly TestEvent[]): TestPerson => who({}, events);
const chain = (...steps: readonly string[]): string => `chain(xEvent, timestamp, [${steps.join(', ')}])`;

const NULLS: readonly Fixture[] = [
  {
    name: 'a key that is null is not the empty key',
    query: 'prefs.get(name).isNull()',
    inside: [who({ prefs: { '': 'x' } }), who({}), who({ name: 'b', prefs: { a: 'x' } })],
    outside: [who({ name: '', prefs: { '': 'x' } }), who({ name: 'a', prefs: { a: '' } })],
  },
  {
    name: 'null is no member of a list with the empty text',
    query: 'name in tags',
    inside: [who({ name: '', tags: [''] })],
    outside: [who({ tags: [''] }), who({ name: '', tags: [null] }), who({ name: '' })],
  },
  {
    name: 'what is null is not among those that are not in a list either',
    query: 'name notIn tags',
    inside: [who({ name: 'b', tags: ['a'] }), who({ name: 'b', tags: [null] })],
    outside: [who({ tags: ['a'] }), who({ name: 'a', tags: ['a'] }), who({ name: 'a' })],
  },
  {
    name: 'not equal needs both sides',
    query: 'name != "a"',
    inside: [who({ name: 'b' }), who({ name: '' })],
    outside: [who({ name: 'a' }), who({})],
  },
  {
    name: 'the negation of equal does not',
    query: 'not (name = "a")',
    inside: [who({ name: 'b' }), who({}), did(ago(0, 'view'))],
    outside: [who({ name: 'a' })],
  },
  {
    name: 'a list with an unknown member is no subset',
    query: 'tags.subsetOf(["a", "b"])',
    inside: [who({ tags: ['b'] }), who({})],
    outside: [who({ tags: ['a', null] }), who({ tags: ['c'] })],
  },
  {
    name: 'unknown members count as one when repetitions are left out',
    query: 'tags.distinct().count() = 2',
    inside: [who({ tags: ['a', null, null] }), who({ tags: ['a', 'b', 'a'] })],
    outside: [who({ tags: ['a'] }), who({ tags: ['a', 'b', null] })],
  },
  {
    name: 'an object is there when a field of it is, at any depth',
    query: 'home.isNotNull()',
    inside: [who({ home: { geo: { lat: 0 } } }), who({ home: { city: '' } })],
    outside: [who({}), who({ home: {} }), who({ home: { geo: {} } })],
  },
  {
    name: 'an entry without fields is there as a key, but nothing is known of it',
    query: 'topics.get("a").isNull() and topics.keys().includes("a")',
    inside: [who({ topics: { a: {} } })],
    outside: [who({}), who({ topics: { a: { on: false } } }), who({ topics: { b: {} } })],
  },
  {
    name: 'all of no members is true',
    query: '(forall I from carts : I.price > 1)',
    inside: [who({}), who({ carts: [] }), who({ carts: [{ price: 2 }] })],
    outside: [who({ carts: [{ price: 2 }, {}] }), who({ carts: [{ price: 1 }] })],
  },
];

const VALUES: readonly Fixture[] = [
  {
    name: 'a Σ at the end of a word is a σ, and İ is an i',
    query: 'name.equals("ασ i", false)',
    inside: [who({ name: 'ΑΣ İ' }), who({ name: 'ασ I' })],
    outside: [who({ name: 'ας i' })],
  },
  { name: 'a dot finds no line end', query: 'name.matches("a.b")', inside: [who({ name: 'a b' })], outside: [who({ name: 'a\nb' })] },
  {
    name: 'a dot finds a line end when asked to',
    query: 'name.matches("(?s)a.b")',
    inside: [who({ name: 'a\nb' })],
    outside: [who({ name: 'ab' })],
  },
  {
    name: 'wildcards of LIKE are escaped with a backslash, one of them is one character of any width',
    query: 'name like "_\\\\%%"',
    inside: [who({ name: '😀%' }), who({ name: '\n% off' })],
    outside: [who({ name: '%' }), who({ name: 'ab' })],
  },
  {
    name: 'division by zero is null',
    query: 'points / visits != 5',
    inside: [who({ points: 1, visits: 2 })],
    outside: [who({ points: 1, visits: 0 }), who({ points: 10, visits: 2 })],
  },
  {
    name: 'the remainder has the sign of what is divided',
    query: 'visits % 3 = 0 - 1',
    inside: [who({ visits: -7 })],
    outside: [who({ visits: 7 }), who({ visits: 8 })],
  },
  {
    name: 'arithmetic on integers does not overflow',
    query: 'visits * visits > 8E31',
    inside: [who({ visits: 9_007_199_254_740_991 })],
    outside: [who({ visits: 3 }), who({})],
  },
  {
    name: 'a month after the 31st is the last day of the shorter month',
    query: 'signup occurs on birth or signup occurs <= 1 month after birth',
    inside: [
      who({ birth: '2000-01-31', signup: '2000-03-01T00:00:00.000Z' }),
      who({ birth: '1900-01-01', signup: '1900-02-01T00:00:00.000Z' }),
    ],
    outside: [who({ birth: '2000-01-31', signup: '2000-03-01T00:00:00.001Z' }), who({ birth: '2299-12-31' })],
  },
  {
    name: 'times may be shifted beyond what can be stored',
    query: 'signup occurs < 5 century after birth',
    inside: [
      who({ birth: '1900-01-01', signup: '2299-12-31T00:00:00.000Z' }),
      who({ birth: '2299-12-30', signup: '2299-12-31T00:00:00.000Z' }),
    ],
    outside: [who({ birth: '2299-12-31', signup: '1900-01-01T00:00:00.000Z' })],
  },
  {
    name: 'members of nested arrays belong to their item',
    query: 'carts.exists(sku = "a" and parts.exists(weight > ^.price))',
    inside: [who({ carts: [{ sku: 'b' }, { sku: 'a', price: 1, parts: [{}, { weight: 2 }] }] })],
    outside: [
      who({
        carts: [
          { sku: 'a', price: 1 },
          { sku: 'b', price: 1, parts: [{ weight: 2 }] },
        ],
      }),
      who({ carts: [{ sku: 'a', parts: [{ weight: 2 }] }] }),
    ],
  },
];

const EVENTS: readonly Fixture[] = [
  {
    name: 'an event at the very start of a window is in it, one at its open end is not',
    query: 'xEvent[timestamp occurs <= 7 days before now]',
    inside: [did(ago(7 * DAY, 'view')), did(ago(1, 'view'))],
    outside: [did(ago(7 * DAY + 1, 'view')), did(ago(0, 'view')), did(ago(-1, 'view')), who({})],
  },
  {
    name: 'a sum of nothing known is zero, of no events nothing',
    query: 'xEvent[eventType = "buy"].sum(total) < 5',
    inside: [did(ago(0, 'buy')), did(ago(0, 'buy', { total: 4 })), who({}), did(ago(0, 'view', { total: 9 }))],
    outside: [did(ago(0, 'buy', { total: 4 }), ago(0, 'buy', { total: 1 }))],
  },
  {
    name: 'a sum is one of decimals, in whatever order and however large beside them',
    query: 'xEvent[eventType = "buy"].sum(total) = 99.9',
    inside: [
      did(...Array.from({ length: 10 }, () => ago(0, 'buy', { total: 9.99 }))),
      did(ago(0, 'buy', { total: 1e20 }), ago(0, 'buy', { total: 99.9 }), ago(0, 'buy', { total: -1e20 }), ago(0, 'buy')),
    ],
    outside: [
      did(ago(0, 'buy', { total: 99.9 }), ago(0, 'buy', { total: 1e-8 })),
      did(ago(0, 'buy', { total: 99.9 }), ago(0, 'buy', { total: 1e20 })),
    ],
  },
  {
    name: 'so are the sum of a list and a mean',
    query: 'carts.sum(price) = 0.3 and carts.average(price) = 0.15 and xEvent[eventType = "buy"].sum(total) = 0.6',
    inside: [
      who(
        { carts: [{ price: 0.1 }, { price: 0.2 }] },
        [0.1, 0.2, 0.3].map((total) => ago(0, 'buy', { total })),
      ),
    ],
    outside: [who({ carts: [{ price: 0.1 }, { price: 0.2 }] }), who({ carts: [{ price: 0.3 }] }, [ago(0, 'buy', { total: 0.5 })])],
  },
  {
    name: 'an average of nothing is unknown',
    query: 'xEvent[eventType = "buy"].average(total) < 5',
    inside: [did(ago(0, 'buy', { total: 4 }), ago(0, 'buy'))],
    outside: [did(ago(0, 'buy')), who({}), did(ago(0, 'buy', { total: 5 }))],
  },
  {
    name: 'fewer than two includes none',
    query: 'xEvent[eventType = "buy"].count() < 2',
    inside: [who({}), did(ago(0, 'view')), did(ago(0, 'buy'))],
    outside: [did(ago(0, 'buy'), ago(0, 'buy'))],
  },
  {
    name: 'an event without a type has none',
    query: 'xEvent[eventType.isNull()]',
    inside: [did({ _id: 'untyped', timestamp: new Date(NOW).toISOString() })],
    outside: [did(ago(0, 'view'))],
  },
  {
    name: 'events and attributes are compared for each profile',
    query: 'xEvent[total > ^.points].count() >= 1',
    inside: [who({ points: 1 }, [ago(0, 'buy', { total: 2 })])],
    outside: [who({ points: 1 }, [ago(0, 'buy', { total: 1 })]), did(ago(0, 'buy', { total: 2 })), who({ points: 1 })],
  },
  {
    name: 'the last of some events is long ago',
    query: 'xEvent.max(timestamp) occurs > 30 days before now',
    inside: [did(ago(31 * DAY, 'view'), ago(40 * DAY, 'view'))],
    outside: [did(ago(31 * DAY, 'view'), ago(29 * DAY, 'view')), who({})],
  },
];

const SEQUENCES: readonly Fixture[] = [
  {
    name: 'a step is strictly later than the one before',
    query: chain('A: WHAT(eventType = "view")', 'B: WHAT(eventType = "buy")'),
    inside: [did(ago(2, 'view'), ago(1, 'buy'))],
    outside: [did(ago(1, 'view'), ago(1, 'buy')), did(ago(1, 'view'), ago(2, 'buy')), did(ago(1, 'view'))],
  },
  {
    name: 'an event that serves two steps is counted for one',
    query: chain('A: WHAT(eventType = "view")', 'B: WHAT(eventType = "view")'),
    inside: [did(ago(2, 'view'), ago(1, 'view'))],
    outside: [did(ago(1, 'view')), did(ago(1, 'view'), ago(1, 'view'))],
  },
  {
    name: 'a gap is measured from any event that can be the step before',
    query: chain('A: WHAT(eventType = "view")', 'B: WHAT(eventType = "buy") WHEN(<= 1 hour after A)'),
    inside: [did(ago(9 * HOUR, 'view'), ago(HOUR, 'view'), ago(0, 'buy'))],
    outside: [did(ago(HOUR + 1, 'view'), ago(0, 'buy'))],
  },
  {
    name: 'a gap has a least length too',
    query: chain('A: WHAT(eventType = "view")', 'B: WHAT(eventType = "buy") WHEN(>= 1 hour after A and <= 2 hours after A)'),
    inside: [did(ago(HOUR, 'view'), ago(0, 'buy')), did(ago(2 * HOUR, 'view'), ago(1, 'view'), ago(0, 'buy'))],
    outside: [did(ago(HOUR - 1, 'view'), ago(0, 'buy')), did(ago(2 * HOUR + 1, 'view'), ago(0, 'buy'))],
  },
  {
    name: 'a forbidden event between two steps breaks only the pairs around it',
    query: chain('A: WHAT(eventType = "view")', 'N: NOT WHAT(eventType = "mail")', 'B: WHAT(eventType = "buy")'),
    inside: [did(ago(4, 'view'), ago(3, 'mail'), ago(2, 'view'), ago(1, 'buy')), did(ago(2, 'view'), ago(1, 'mail'), ago(1, 'buy'))],
    outside: [did(ago(3, 'view'), ago(2, 'mail'), ago(1, 'buy')), did(ago(1, 'view'))],
  },
  {
    name: 'a forbidden last step may never come',
    query: chain('A: WHAT(eventType = "view")', 'N: NOT WHAT(eventType = "buy")'),
    inside: [did(ago(1, 'view')), did(ago(2, 'buy'), ago(1, 'view')), did(ago(1, 'buy'), ago(1, 'view'))],
    outside: [did(ago(2, 'view'), ago(1, 'buy')), did(ago(1, 'buy')), who({})],
  },
  {
    name: 'a forbidden last step counts only within its gap',
    query: chain('A: WHAT(eventType = "cart")', 'N: NOT WHAT(eventType = "buy") WHEN(<= 1 day after A)'),
    inside: [did(ago(3 * DAY, 'cart'), ago(2 * DAY - 1, 'buy')), did(ago(3 * DAY, 'cart'), ago(2 * DAY, 'buy'), ago(1, 'cart'))],
    outside: [did(ago(3 * DAY, 'cart'), ago(2 * DAY, 'buy'))],
  },
  {
    name: 'a forbidden first step looks at all that was before',
    query: chain('N: NOT WHAT(eventType = "mail")', 'B: WHAT(eventType = "buy")'),
    inside: [did(ago(1, 'buy')), did(ago(2, 'buy'), ago(1, 'mail')), did(ago(1, 'buy'), ago(1, 'mail'))],
    outside: [did(ago(2, 'mail'), ago(1, 'buy')), did(ago(1, 'mail'))],
  },
  {
    name: 'a step with a count is complete at its nth event after the step before',
    query: chain('A: WHAT(eventType = "view")', 'B: WHAT(eventType = "buy") COUNT(2)', 'C: WHAT(eventType = "mail")'),
    inside: [
      did(ago(5, 'view'), ago(4, 'buy'), ago(3, 'buy'), ago(2, 'mail')),
      did(ago(5, 'view'), ago(3, 'buy'), ago(3, 'buy'), ago(2, 'mail')),
    ],
    outside: [
      did(ago(6, 'buy'), ago(5, 'view'), ago(4, 'buy'), ago(2, 'mail')),
      did(ago(5, 'view'), ago(4, 'buy'), ago(3, 'mail'), ago(2, 'buy')),
    ],
  },
  {
    name: 'a gap to a step further back is kept as well',
    query: chain('A: WHAT(eventType = "view")', 'B: WHAT(eventType = "cart")', 'C: WHAT(eventType = "buy") WHEN(<= 1 hour after A)'),
    inside: [did(ago(HOUR, 'view'), ago(2, 'cart'), ago(0, 'buy'))],
    outside: [
      did(ago(HOUR + 1, 'view'), ago(2, 'cart'), ago(0, 'buy')),
      did(ago(HOUR + 1, 'view'), ago(2, 'cart'), ago(1, 'view'), ago(0, 'buy')),
    ],
  },
];

const NESTED: readonly Fixture[] = [
  {
    name: 'objects are the same when the same is known of them, and of none nothing is the same',
    query: 'carts.parts.intersects(carts.parts)',
    inside: [who({ carts: [{ parts: [{ code: 'a' }] }] })],
    outside: [who({ carts: [{ parts: [{}] }] }), who({})],
  },
  {
    name: 'among equals the first one is the greatest',
    query: 'carts.topN(price, 1).head().sku = "a"',
    inside: [who({ carts: [{ sku: 'b' }, { sku: 'a', price: 1 }, { sku: 'b', price: 1 }] })],
    outside: [
      who({
        carts: [
          { sku: 'b', price: 1 },
          { sku: 'a', price: 1 },
        ],
      }),
      who({ carts: [{ sku: 'a' }] }),
    ],
  },
  {
    name: 'events of one instant are in the order of their ids',
    query: 'xEvent.head().eventType = "view"',
    inside: [did({ ...ago(1, 'view'), _id: 'a' }, { ...ago(1, 'buy'), _id: 'b' }), did(ago(2, 'view'), ago(1, 'buy'))],
    outside: [did({ ...ago(1, 'buy'), _id: 'a' }, { ...ago(1, 'view'), _id: 'b' }), who({})],
  },
  {
    name: 'groups hold the members with their key, and none without one',
    query: 'xEvent.groupBy(note).map((K, G) => G.sum(total)).max() = 5',
    inside: [did(ago(3, 'buy', { note: 'x', total: 2 }), ago(2, 'buy', { note: 'y', total: 4 }), ago(1, 'buy', { note: 'x', total: 3 }))],
    outside: [did(ago(2, 'buy', { total: 5 })), did(ago(2, 'buy', { note: 'x', total: 2 }), ago(1, 'buy', { note: 'y', total: 3 }))],
  },
  {
    name: 'of a map made of groups each key has its own value',
    query: 'xEvent.groupBy(eventType).map((K, G) => mapEntry(K, G.count())).get("buy") = 2',
    inside: [did(ago(3, 'buy'), ago(2, 'view'), ago(1, 'buy'))],
    outside: [did(ago(3, 'buy'), ago(2, 'view'), ago(1, 'view')), who({})],
  },
  {
    name: 'entries of a map are in the order of their keys, however they came',
    query: 'ranks.values().head() = 1 and xEvent.extra.keys().head() = "10"',
    inside: [who({ ranks: { b: 2, '': 1 } }, [ago(1, 'buy', { extra: { a: 'x', '9': 'y', '10': 'z' } })])],
    outside: [who({ ranks: { a: 2, b: 1 } }, [ago(1, 'buy', { extra: { '9': 'y', '10': 'z' } })]), who({})],
  },
  {
    name: 'every choice of several variables counts',
    query: '(select A from carts, B from A.parts where B.weight > A.price).count() = 2',
    inside: [
      who({
        carts: [
          { price: 1, parts: [{ weight: 2 }, { weight: 1 }] },
          { price: 0, parts: [{ weight: 1 }] },
        ],
      }),
    ],
    outside: [
      who({
        carts: [
          { price: 1, parts: [{ weight: 2 }] },
          { price: 3, parts: [{ weight: 2 }] },
        ],
      }),
      who({}),
    ],
  },
  {
    name: 'a choice between lists of unlike things has the members of one of them',
    query: 'if(vip, carts, xEvent.items).sku = "a"',
    inside: [who({ vip: true, carts: [{ sku: 'a' }] }), did(ago(1, 'buy', { items: [{ sku: 'b' }, { sku: 'a' }] }))],
    outside: [who({ carts: [{ sku: 'a' }] }), who({ vip: true }, [ago(1, 'buy', { items: [{ sku: 'a' }] })])],
  },
  {
    name: 'a chain may compare events with the profile and with each other',
    query: chain('A: WHAT(total > ^.points)', 'B: WHAT(total < A.total and eventType != A.eventType)', 'C: WHAT(total = A.total)'),
    inside: [who({ points: 1 }, [ago(3, 'buy', { total: 2 }), ago(2, 'view', { total: 1 }), ago(1, 'mail', { total: 2 })])],
    outside: [
      who({ points: 2 }, [ago(3, 'buy', { total: 2 }), ago(2, 'view', { total: 1 }), ago(1, 'mail', { total: 2 })]),
      who({ points: 1 }, [ago(3, 'buy', { total: 2 }), ago(2, 'buy', { total: 1 }), ago(1, 'mail', { total: 2 })]),
      who({ points: 1 }, [ago(3, 'buy', { total: 2 }), ago(2, 'view', { total: 1 }), ago(1, 'mail', { total: 3 })]),
    ],
  },
  {
    name: 'a day made of data that does not exist is unknown',
    query: 'signup occurs on date(visits, 2, 29)',
    inside: [who({ visits: 2024, signup: '2024-02-29T23:59:59.999Z' })],
    outside: [who({ visits: 2026, signup: '2026-03-01T00:00:00.000Z' }), who({ signup: '2024-02-29T00:00:00.000Z' })],
  },
  {
    name: 'the remainder of fractions does not round',
    query: 'points % 0.1 > 0.09',
    inside: [who({ points: 1 })],
    outside: [who({ points: 0.25 }), who({ points: -1 }), who({})],
  },
  {
    name: 'a group that takes no part in a match is unknown',
    query: 'name.regexGroup("(a)|b", 1).isNull()',
    inside: [who({ name: 'b' }), who({ name: 'c' }), who({})],
    outside: [who({ name: 'a' }), who({ name: 'ca' })],
  },
  {
    name: 'a pattern of LIKE may come from the data, escapes and all',
    query: 'name like prefs.get("a")',
    inside: [who({ name: 'a%', prefs: { a: 'a\\%' } }), who({ name: 'ab', prefs: { a: '\\a_' } }), who({ name: '\\', prefs: { a: '\\' } })],
    outside: [who({ name: 'ab', prefs: { a: 'a\\%' } }), who({ prefs: { a: '%' } }), who({ name: 'a' })],
  },
  {
    name: 'what is too deep for the engine is decided all the same',
    query: `${'['.repeat(110)}points${', 1].max()'.repeat(110)} = 3`,
    inside: [who({ points: 3 })],
    outside: [who({ points: 0 }), who({})],
  },
  {
    name: 'minus zero is zero',
    query: 'visits * 0 in [0] and [visits * 0, 0].distinct().count() = 1',
    inside: [who({ visits: -1 }), who({ visits: 1 })],
    outside: [who({})],
  },
];

let population: TestPopulation;
beforeAll(async () => {
  population = await TestPopulation.open(schema);
});
afterAll(() => population.close());

const IN_RANGES: readonly string[] = [
  'xEvent[eventType = "buy"].count() >= 2',
  'xEvent.sum(total) < 9',
  'xEvent[total > ^.points].count() = 1',
  'xEvent.topN(total, 1).head().eventType = "view"',
  chain('A: WHAT(eventType = "view")', 'B: WHAT(eventType = "buy")'),
  chain('A: WHAT(eventType = "view" and total >= ^.points)', 'B: WHAT(total > A.total)'),
  'if(inSegment("few"), points, carts.max(price)) > 0',
];

test('asked of one range of profiles after another, the answer is the same', async () => {
  const event = (index: number): TestEvent => ago(index * HOUR, index % 2 === 0 ? 'view' : 'buy', { total: index % 5 });
  const people = Array.from({ length: 23 }, (_, index) =>
    who(
      { points: index % 3, carts: [{ price: index % 4 }] },
      Array.from({ length: index % 6 }, (__, at) => event(index + at)),
    ),
  );
  await population.clear();
  const ordinals = await population.add(people);
  const universe = Bitmap.of(ordinals);
  const few = Bitmap.of(ordinals.filter((ordinal) => ordinal % 2 === 0));
  const { clickhouse } = population.tables;
  for (const query of IN_RANGES) {
    const { plan } = compile(query, schema);
    for (const leaf of Object.values(plan?.leaves ?? {})) {
      const { sql, ranged } =
        leaf.kind === 'audience'
          ? raise(query)
          : leafQuery(
              leaf,
              contextOf(population.tables, () => few),
            );
      if (sql === null || ranged === null) throw new Error(`not asked in ranges: ${query}`);
      const whole = fromState(await clickhouse.bytes(sql, 'RowBinary'));
      const texts = [...inRanges(universe, sql, ranged, 5)];
      const parts = await Promise.all(texts.map(async (text) => fromState(await clickhouse.bytes(text, 'RowBinary'))));
      expect(texts).toHaveLength(5);
      expect(parts.filter(({ size }) => size > 0).length, query).toBeGreaterThan(1);
      expect(parts.reduce((all, each) => all.or(each), Bitmap.empty).equals(whole), query).toBe(true);
    }
  }
});

function raise(message: string): never {
  throw new Error(message);
}

describe.each([
  ['null rules', NULLS],
  ['values', VALUES],
  ['events', EVENTS],
  ['sequences', SEQUENCES],
  ['lists, maps and objects', NESTED],
])('%s', (_, fixtures) => {
  test.each(fixtures)('$name', async ({ query, inside, outside }) => {
    const { plan, problems } = compile(query, schema);
    if (plan === null) throw new Error(JSON.stringify(problems));
    const people = [...inside, ...outside];
    await population.clear();
    const ordinals = await population.add(people);
    const universe = Bitmap.of(ordinals);
    const evaluation = {
      now: NOW,
      zone: 'UTC',
      revision: population.tables.currentRevision(),
      universe,
      audiences: new Map(),
      signal: undefined,
    };
    const bitmaps = await testEngine(population.tables).evaluate(new Map(Object.entries(plan.leaves)), evaluation);
    const members = combineLeaves(plan.root, bitmaps, universe);
    const sql = Object.values(plan.leaves).map((leaf) => queriesOf(leaf, population.tables));
    const expected = people.map((__, index) => index < inside.length);
    const documents = people.map(({ attributes, events }) => ({ ...attributes, xEvent: events }) as Parameters<typeof evaluate>[1]);
    expect(
      documents.map((document) => evaluate(plan.test, document, { now: NOW, zone: 'UTC' })),
      'the reference evaluator',
    ).toEqual(expected);
    expect(
      ordinals.map((ordinal) => members.has(ordinal)),
      sql.join('\n'),
    ).toEqual(expected);
  });
});
