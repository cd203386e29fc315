/** Precedence, scopes, functions and the quirks of the reference. */
import { describe, expect, it } from 'vitest';
import { anySchema, compile, evaluate, functionCatalogue } from '../src/index.ts';
import type { DataObject } from '../src/index.ts';
import { codes, event, holds, planFor, utc } from './support/schema.ts';

type Row = readonly [text: string, document: DataObject, expected: boolean];

const items = (...prices: readonly number[]): DataObject => ({
  productListItems: prices.map((priceTotal, index) => ({ SKU: `S${index}`, priceTotal, quantity: index + 1 })),
});
const shop: DataObject = {
  level: 'Gold',
  visits: 7,
  minSpend: 20,
  vip: true,
  tags: ['new', 'vip', 'new'],
  owned: ['new'],
  numbers: [3, 1, 2],
  personalEmail: { address: 'ada@example.com' },
  signup: '2024-02-29T23:30:00Z',
  loyalty: { level: 'gold', points: 10 },
  carts: [
    { total: 5, sku: 'x', store: 'n', lines: [{ price: 1 }, { price: 9 }] },
    { total: 9, sku: 'y', store: 's' },
    { total: 7, sku: 'x', store: 'n' },
  ],
  prefs: { email: { on: true, val: 'y' }, push: { on: false, val: 'n' } },
  words: { lang: 'en', old: 'fr' },
  segmentMembership: {
    ups: { m1: { status: 'realized' }, m2: { status: 'exited' }, m3: { status: 'existing' } },
    AO: { m4: { status: 'realized' } },
  },
  xEvent: [
    event('view', { hours: 5 }, { channel: 'web', commerce: { order: { priceTotal: 10 } }, ...items(4, 30) }),
    event('buy', { days: 2 }, { channel: 'app', commerce: { order: { priceTotal: 30 } }, ...items(25) }),
    event('view', { days: 9 }, { channel: 'web' }),
  ],
};

describe('precedence', () => {
  it.each([
    ['true or true and false', {}, true],
    ['(true or true) and false', {}, false],
    ['not false and false', {}, false],
    ['not (false and false)', {}, true],
    ['not visits = 8', shop, true],
    ['!visits = 7', shop, false],
    ['1 + 2 * 3 = 7', {}, true],
    ['(1 + 2) * 3 = 9', {}, true],
    ['10 - 2 - 3 = 5', {}, true],
    ['12 / 2 / 3 = 2', {}, true],
    ['-2 + 3 = 1', {}, true],
    ['2 - -3 = 5', {}, true],
    ['7 % 4 * 2 = 6', {}, true],
    ['visits + 1 in [8]', shop, true],
    ['.5 + 5e-1 = 1', {}, true],
    ['exists C from carts where C.total > 8 and C.sku = "y" and visits = 7', shop, true],
    ['(exists C from carts where C.total > 100) or visits = 7', shop, true],
    ['let n = visits in n > 6 and n < 8', shop, true],
    ['let found = (level in ["Gold"]) in found = true', shop, true],
  ] as readonly Row[])('%s: %s', (text, document, expected) => {
    expect(holds(text, document)).toBe(expected);
  });
});

describe('scopes', () => {
  it.each([
    ['$1.visits = 7', true],
    ['profile.visits = 7', true],
    ['(P) => P.visits = 7', true],
    ['xEvent[productListItems[priceTotal > ^^.minSpend]].count() = 2', true],
    ['xEvent[productListItems[priceTotal > ^.commerce.order.priceTotal]].count() = 1', true],
    ['xEvent[commerce.order.priceTotal > ^.minSpend]', true],
    ['xEvent[commerce.order.priceTotal > profile.minSpend].count() = 1', true],
    ['exists X from xEvent where X.commerce.order.priceTotal > minSpend', true],
    ['exists X from xEvent where X.eventType = "view", Y from X.productListItems where Y.priceTotal > X.commerce.order.priceTotal', true],
    ['exists X from xEvent, Y from xEvent where X != Y and X.eventType = Y.eventType and X.channel = "app"', false],
    ['exists X from xEvent, Y from xEvent where X != Y and X.eventType = Y.eventType and X.channel = "web"', true],
    ['forall X from xEvent where X.channel in ["web", "app"]', true],
    ['forall X from xEvent : X.channel = "web"', false],
    ['forall X from xEvent[channel = "none"] where false', true],
    ['forall X from carts where false, Y from owned[this = "none"] where true', true],
    ['(select X from xEvent where X.channel = "web").count() = 2', true],
    ['(select X from xEvent where X.channel = "web", Y from X.productListItems).count() = 2', true],
    ['(select X from xEvent, Y from X.productListItems where Y.quantity = 2).Y.priceTotal = 30', true],
    ['select X from xEvent where xEvent.channel = "app" and X.channel = "web"', true],
    ['carts.exists((C) => C.total > visits + 1)', true],
    ['carts.map((C) => C.total).max() = 9', true],
    ['tags[this = "vip"].count() = 1', true],
    ['xEvent.sum(Event.commerce.order.priceTotal) = 40', true],
  ] as const)('%s: %s', (text, expected) => {
    expect(holds(text, shop)).toBe(expected);
  });
});

describe('functions', () => {
  it.each([
    ['if(visits > 5, "often", "seldom") = "often"', true],
    ['if (vip, visits, 0) = 7', true],
    ['level = "gold"', false],
    ['level.equals("gold", false)', true],
    ['level.equals("gold")', false],
    ['level.equals("gold", "Gold")', true],
    ['level.equals("gold", "iron", false)', true],
    ['visits.equals(7)', true],
    ['visits.notEqualTo(8)', true],
    ['level.notEqualTo("GOLD", false)', false],
    ['level.startsWith("Go")', true],
    ['level.startsWith("go", false)', true],
    ['level.doesNotStartWith("go")', true],
    ['level.endsWith("LD", false)', true],
    ['level.doesNotEndWith("x")', true],
    ['level.contains("ol")', true],
    ['level.doesNotContain("OL", false)', false],
    ['level like "G_ld"', true],
    ['level like "g%"', false],
    ['level.like("%")', true],
    ['personalEmail.address.matches("^[a-z]+@")', true],
    ['personalEmail.address matches "EXAMPLE"', false],
    ['personalEmail.address.matches("(?i)EXAMPLE")', true],
    ['personalEmail.address.regexGroup("^(.+)@(.+)$", 2) = "example.com"', true],
    ['personalEmail.address.regexGroup("^(.+)@") = "ada"', true],
    ['stringCompare("equals", level, ["iron", "gold"], false)', true],
    ['stringCompare("equals", level, ["iron", "gold"], true)', false],
    ['stringCompare("contains", level, tags, false)', false],
    ['stringCompare("notEqualTo", level, ["iron"], false)', true],
    ['tags.intersects(["vip", "z"])', true],
    ['tags.intersection(["vip", "z"]).count() = 1', true],
    ['owned.subsetOf(tags)', true],
    ['tags.subsetOf(owned)', false],
    ['tags.supersetOf(["new", "vip"])', true],
    ['["new"].subsetOf(tags)', true],
    ['homeAddress.city.isNull() and carts[sku = "none"].sku.subsetOf(tags)', true],
    ['tags.includes("vip")', true],
    ['tags = ["new", "vip", "new"]', true],
    ['tags = ["new", "vip"]', false],
    ['tags != owned', true],
    ['tags = "vip"', true],
    ['tags != "vip"', true],
    ['tags.contains("i")', true],
    ['tags.distinct().count() = 2', true],
    ['numbers.sum() = 6 and numbers.average() = 2 and numbers.min() = 1 and numbers.max() = 3', true],
    ['numbers.head() = 3', true],
    ['carts.topN(total, 2).total.sum() = 16', true],
    ['carts.bottomN(total, 1).head().sku = "x"', true],
    ['carts.groupBy(store).count() = 2', true],
    ['carts.groupBy(store).map((K, G) => G.sum(total)).max() = 12', true],
    ['carts.groupBy(store).map({ "n": this.count() }).n.max() = 2', true],
    ['carts.groupBy(store).map((K, G) => K) = "s"', true],
    ['carts.filter(total > 5).map(total).min() = 7', true],
    ['carts.lines.price.sum() = 10', true],
    ['carts.lines.price > 8', true],
    ['carts[lines.exists(price > 8)].count() = 1', true],
    ['xEvent.productListItems.priceTotal.average() > 19.6 and xEvent.productListItems.priceTotal.average() < 19.7', true],
    ['xEvent.productListItems.priceTotal.count() = 3', true],
    ['words.get("lang") = "en"', true],
    ['words.get(words.get("none")).isNull()', true],
    ['words.keys().includes("old")', true],
    ['words.values().includes("fr")', true],
    ['prefs.get("email").on', true],
    ['prefs.get("email").val = "y" and prefs.get("push").on = false', true],
    ['prefs.values().exists(on = true)', true],
    ['signup.getYear() = 2024 and signup.getMonth() = 2 and signup.getDayOfMonth() = 29', true],
    ['signup occurs on date(currentYear(), currentMonth() - 1, 29)', true],
    ['inSegment("m1") and inSegment("m3") and not (inSegment("m2")) and not (inSegment("m4"))', true],
    ['segmentMembership.get("AO").get("m4").status in ["realized", "existing"]', true],
    ['segmentMembership.get("ups").get("m2").status = "exited"', true],
    ['(sum X.commerce.order.priceTotal over X from xEvent) = 40', true],
    ['(max X.commerce.order.priceTotal over X from xEvent where X.channel = "web") = 10', true],
    ['(sum X.total * Y.total over X from carts where X.sku = "y", Y from carts where Y.sku = "x") = 108', true],
    ['(sum N from numbers where N > 1) = 5', true],
  ] as const)('%s: %s', (text, expected) => {
    expect(holds(text, shop)).toBe(expected);
  });

  it('all have an example that compiles', () => {
    for (const { example, name } of functionCatalogue) {
      const found = compile(example, anySchema).problems.filter((problem) => problem.severity === 'error');
      expect(
        found.map((problem) => problem.code),
        `${name}: ${example}`,
      ).toEqual([]);
    }
  });

  it('fold case one character for one', () => {
    expect(holds('level.equals("STRASSE", false)', { level: 'straße' })).toBe(false);
    expect(holds('level.equals("ÉCOLE", false)', { level: 'école' })).toBe(true);
    expect(holds('level.equals("ΟΔΟΣ", false)', { level: 'οδοσ' })).toBe(true);
    expect(holds('level.startsWith("İ", false)', { level: 'istanbul' })).toBe(true);
  });
});

describe('the quirks of the language', () => {
  it.each([
    ['1 both sides known', 'homeAddress.city != "x" or homeAddress.city notIn ["x"] or homeAddress.city.doesNotContain("x")', false],
    ['2 exclude includes the unknown', 'not (homeAddress.city = "x")', true],
    ['3 case counts for =', 'level = "gold"', false],
    ['4 enumerations by in', 'loyalty.level in ["gold"]', true],
    ['5 several values', 'stringCompare("equals", loyalty.level, ["gold", "silver"], false)', true],
    ['6 upper-case chains', 'CHAIN(xEvent, timestamp, [C0: WHAT(eventType.equals("buy", false)) WHEN(<= 7 days before now)])', true],
    ['7 event types without case', 'xEvent[eventType.equals("BUY", false)]', true],
    ['8 lists in events by exists', 'CHAIN(xEvent, timestamp, [C0: WHAT(productListItems.exists(SKU.equals("s1", false)))])', true],
    ['9 some event', 'xEvent.commerce.order.priceTotal > 25', true],
    ['10 decimals', 'loyalty.points = 10.0', true],
    ['11 spaces and line breaks', 'CHAIN( xEvent , timestamp ,\n [ C0: WHAT( eventType = "buy" )\n ] )', true],
    ['12 typographic quotes', 'loyalty.level = “gold” and loyalty.level = ‘gold’', true],
    ['15 doubled backslashes', 'personalEmail.address.matches("\\\\.com$")', true],
    ['16 presence alone', 'personalEmail', true],
    ['17 today is its midnight', 'today = date(2024, 3, 14)', true],
    ['18 spans on both sides', 'signup occurs between last month and last week', true],
    ['keywords in any case', 'vip = TRUE AND NOT (FALSE) AND visits IN [7]', true],
  ] as const)('%s', (_, text, expected) => {
    expect(holds(text, shop)).toBe(expected);
  });
});

describe('without a schema', () => {
  it.each([
    ['visits > 5 and level = "Gold" and vip', true],
    ['vip = true', true],
    ['anything.at.all.isNull()', true],
    ['xEvent[eventType = "view"].count() = 2', true],
    ['carts[total > 6].count() = 2', true],
    ['tags.contains("x") or tags.includes("vip")', true],
    ['words.get("lang") = "en"', true],
    ['carts.sum(total) = 21', true],
    ['visits in [7, 8]', true],
    ['signup occurs last month', true],
    ['unknown', false],
    ['loyalty.points >= visits', true],
  ] as const)('%s: %s', (text, expected) => {
    expect(compile(text, anySchema).problems).toEqual([]);
    expect(evaluate(planFor(text, anySchema).test, shop, utc)).toBe(expected);
  });

  it('still knows what is wrong in itself', () => {
    expect(codes('level.frobnicate() or 1 > "x"', anySchema)).toEqual(['unknown-function', 'wrong-type']);
  });
});
