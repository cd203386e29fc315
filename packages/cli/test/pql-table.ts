/** A dozen people and what queries say of them on 31 January 2026 (a Saturday), worked out by hand. */
export const NOW = '2026-01-31T00:00:00Z';

const event = (timestamp: string | number, eventType: string, fields: object = {}): object => ({ timestamp, eventType, ...fields });

const PEOPLE: readonly (readonly [id: string, profile: object])[] = [
  [
    'ann',
    {
      person: { name: { firstName: 'Ann' }, birthDate: '1992-02-29' },
      homeAddress: { city: 'Zürich' },
      loyalty: { level: 'gold', points: 120 },
      vip: true,
      tags: ['a', 'b'],
      signup: '2024-02-29T23:30:00-01:00',
      prefs: { lang: 'en', 'a/b': 'odd' },
      consents: { marketing: { email: { val: 'y' } } },
      mixed: 1,
      xEvent: [
        event('2026-01-30T23:59:59.999Z', 'view'),
        event('2026-01-30T10:30:00Z', 'buy', { total: 50 }),
        event('2026-01-30T11:00:00+01:00', 'cart'),
      ],
    },
  ],
  [
    'bob',
    {
      person: { name: { firstName: 'BOB' }, birthDate: '2000-03-01' },
      homeAddress: { city: 'zürich' },
      loyalty: { level: 'Gold', points: 0 },
      vip: false,
      tags: [],
      signup: Date.UTC(2024, 1, 29),
      consents: { marketing: { email: { val: 'n' } } },
      mixed: '1',
      xEvent: [
        event('2026-01-01T00:00:00Z', 'cart'),
        event('2026-01-02T00:00:00Z', 'buy', { total: 10 }),
        event('2026-01-03T00:00:00Z', 'buy', { total: 20.5 }),
      ],
    },
  ],
  [
    'cem',
    {
      person: { name: { firstName: 'Cem' } },
      loyalty: { points: 10 },
      tags: ['b', 'c', 'b'],
      xEvent: [event('2026-01-24T00:00:00.000Z', 'view'), event('2025-12-31T23:59:59.999Z', 'buy', { total: null })],
    },
  ],
  ['dot', { person: { name: { firstName: '' } }, vip: null, xEvent: [], segmentMembership: { ups: { s1: { status: 'realized' } } } }],
  ['eve', { homeAddress: { city: 'Straße' }, segmentMembership: { ups: { s1: { status: 'exited' }, s2: { status: 'existing' } } } }],
  ['fay', { xEvent: [event('2026-01-10T10:00:00Z', 'cart'), event('2026-01-10T10:00:00Z', 'buy', { total: 5 })] }],
  [
    'gus',
    {
      xEvent: [
        event(Date.UTC(2026, 0, 1), 'view'),
        event(Date.UTC(2026, 0, 5), 'cart'),
        event(Date.UTC(2026, 0, 6), 'remove'),
        event(Date.UTC(2026, 0, 7), 'buy', {
          total: 100,
          productListItems: [
            { sku: 's1', qty: 2 },
            { sku: 's2', qty: 1 },
          ],
        }),
      ],
    },
  ],
  [
    'hal',
    {
      carts: [
        { sku: 's1', total: 5 },
        { sku: 's2', total: 15 },
      ],
    },
  ],
  ['ida', { person: { name: { firstName: 'İda 😀' }, birthDate: '1996-02-29' }, homeAddress: { city: 'İstanbul' } }],
  ['jon', { identityMap: { Email: [{ id: 'jon@x.org' }] }, score: 4.5, until: '9999-12-31T00:00:00Z', version: 'one' }],
  [
    'kim',
    {
      score: 0,
      xEvent: [
        event('2025-11-05T00:00:00Z', 'view', { total: 1 }),
        event('2025-11-06T00:00:00Z', 'view', { total: 2 }),
        { timestamp: '2025-11-07T00:00:00Z', total: 3 },
      ],
    },
  ],
  ['lou', {}],
];

export const profiles: readonly object[] = PEOPLE.map(([id, profile]) => ({ id, ...profile }));

const ALL = PEOPLE.map(([id]) => id).join(' ');
const but = (...out: readonly string[]): string =>
  ALL.split(' ')
    .filter((id) => !out.includes(id))
    .join(' ');
const CART_THEN_BUY = 'A: WHAT(eventType = "cart"), B: WHAT(eventType = "buy")';
const chain = (steps: string): string => `chain(xEvent, timestamp, [${steps}])`;

/** Query → ids of members, in the order of the people. */
export const TABLE: readonly (readonly [pql: string, members: string])[] = [
  // What is unknown.
  ['loyalty.level = "gold"', 'ann'],
  ['loyalty.level != "gold"', 'bob'],
  ['not (loyalty.level = "gold")', but('ann')],
  ['loyalty.level notIn ["gold"]', 'bob'],
  ['person.name.firstName', 'ann bob cem dot ida'],
  ['loyalty.points', 'ann bob cem'],
  ['vip', 'ann'],
  ['not (vip)', but('ann')],
  ['vip = false', 'bob'],
  ['tags.isNull()', but('ann', 'cem')],
  ['nowhere.at.all = 1', ''],
  ['not (nowhere.at.all = 1)', ALL],
  ['nowhere[a = 1].count() = 0', ALL],
  ['xEvent.nowhere.isNotNull()', ''],
  // Text.
  ['loyalty.level.equals("gold", false)', 'ann bob'],
  ['loyalty.level in ["gold", "silver"]', 'ann'],
  ['stringCompare("equals", loyalty.level, ["GOLD", "ruby"], false)', 'ann bob'],
  ['person.name.firstName.contains("b", false)', 'bob'],
  ['person.name.firstName.doesNotContain("n")', 'bob cem dot ida'],
  ['person.name.firstName.contains("😀")', 'ida'],
  ['person.name.firstName.matches("^[A-Z][a-z]+$")', 'ann cem'],
  ['homeAddress.city.equals("ZÜRICH", false)', 'ann bob'],
  ['homeAddress.city.startsWith("Str")', 'eve'],
  ['homeAddress.city like "%ra_e"', 'eve'],
  ['homeAddress.city.equals("istanbul", false)', 'ida'],
  // Times.
  ['person.birthDate.getMonth() = 2 and person.birthDate.getDayOfMonth() = 29', 'ann ida'],
  ['person.birthDate occurs before date(2000, 1, 1)', 'ann ida'],
  ['person.birthDate.startsWith("1992")', 'ann'],
  ['signup occurs on date(2024, 2, 29)', 'bob'],
  ['signup occurs on date(2024, 3, 1)', 'ann'],
  ['signup.getYear() = 2024', 'ann bob'],
  ['until occurs after now', 'jon'],
  ['xEvent[timestamp occurs <= 7 days before now]', 'ann cem'],
  ['xEvent[timestamp occurs < 7 days before now]', 'ann'],
  ['xEvent[timestamp occurs last month]', 'cem'],
  ['xEvent[timestamp occurs this month]', 'ann bob cem fay gus'],
  ['xEvent[timestamp occurs yesterday]', 'ann'],
  ['xEvent[timestamp occurs on date(2026, 1, 1)]', 'bob gus'],
  ['xEvent[timestamp occurs between date(2026, 1, 1) and date(2026, 1, 2)].count() >= 2', 'bob'],
  // Numbers.
  ['score / 0 > 1', ''],
  ['score + 1 >= 1', 'jon kim'],
  ['score = "4.5"', 'jon'],
  ['mixed = 1', 'ann bob'],
  ['if(score > 1, "hi", "lo") = "hi"', 'jon'],
  ['let limit = 100 in loyalty.points > limit', 'ann'],
  // Lists and maps.
  ['tags.includes("b")', 'ann cem'],
  ['tags.intersects(["c", "z"])', 'cem'],
  ['tags.supersetOf(["a"])', 'ann'],
  ['tags.distinct().count() = 2', 'ann cem'],
  ['carts.sku = "s1"', 'hal'],
  ['carts[total > 10].count() = 1', 'hal'],
  ['carts.sum(total) = 20', 'hal'],
  ['carts.average(total) < 100', 'hal'],
  ['carts.topN(total, 1).head().sku = "s2"', 'hal'],
  ['carts.map(total)', 'hal'],
  ['prefs.get("lang") = "en"', 'ann'],
  ['prefs.lang = "en"', 'ann'],
  ['prefs.get("a/b") = "odd"', 'ann'],
  ['prefs.keys().includes("lang")', 'ann'],
  ['identityMap.get("Email").id = "jon@x.org"', 'jon'],
  ['version = "one"', 'jon'],
  // Consents and audiences.
  ['consents.marketing.email.val = "y"', 'ann'],
  ['inSegment("s1")', 'dot'],
  ['not (inSegment("s1"))', but('dot')],
  ['segmentMembership.get("ups").get("s2").status in ["realized", "existing"]', 'eve'],
  ['segmentMembership.get("ups").get("s1").status = "exited"', 'eve'],
  // Events.
  ['xEvent', 'ann bob cem fay gus kim'],
  ['xEvent.count()', ALL],
  ['xEvent.total > 2', 'ann bob fay gus kim'],
  ['xEvent.head().total.isNotNull()', 'kim'],
  ['xEvent[eventType = "buy"].count() = 2', 'bob'],
  ['xEvent[eventType = "buy"].count() < 1', 'dot eve hal ida jon kim lou'],
  ['xEvent[eventType = "buy"].sum(total) > 30', 'ann bob gus'],
  ['xEvent[eventType = "buy"].sum(total) = 0', 'cem dot eve hal ida jon kim lou'],
  ['xEvent[eventType.isNull()].count() = 1', 'kim'],
  ['xEvent[_id.isNull()].count() = 4', 'gus'],
  ['xEvent[productListItems.exists(sku = "s2")]', 'gus'],
  ['xEvent[total > ^.loyalty.points]', 'bob'],
  ['xEvent.groupBy(eventType).count() >= 3', 'ann gus'],
  ['exists X from xEvent, I from X.productListItems where X.eventType = "buy" and I.qty >= 2', 'gus'],
  ['forall X from xEvent where X.total > 0', 'dot eve hal ida jon kim lou'],
  // Sequences.
  [chain(CART_THEN_BUY), 'ann bob gus'],
  [`not (${chain(CART_THEN_BUY)})`, but('ann', 'bob', 'gus')],
  [chain(`${CART_THEN_BUY} WHEN(<= 1 hour after A)`), 'ann'],
  [chain(`${CART_THEN_BUY} WHEN(>= 1 day after A)`), 'bob gus'],
  [chain(`${CART_THEN_BUY} WHEN(> 2 days after A)`), ''],
  [chain(`${CART_THEN_BUY} COUNT(2)`), 'bob'],
  [chain('A: WHAT(eventType = "cart"), N: NOT WHAT(eventType = "remove"), B: WHAT(eventType = "buy")'), 'ann bob'],
  [chain('A: WHAT(eventType = "cart"), N: NOT WHAT(eventType = "buy")'), 'fay'],
];
