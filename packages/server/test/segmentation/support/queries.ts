/** Random PQL over the schema of shop.ts: every query is valid. */
import * as fc from 'fast-check';
import { nestedTest } from './constructs.ts';
import { EVENT_TYPES, INTEGERS, NUMBERS, TEXTS } from './shop.ts';

type Query = fc.Arbitrary<string>;

/** Joins parts, some of them random, to one text. */
function pql(strings: TemplateStringsArray, ...parts: readonly (Query | string)[]): Query {
  const arbitraries = parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part));
  return fc.tuple(...arbitraries).map((values) => strings.map((string, index) => string + (values[index] ?? '')).join(''));
}

const from = (...texts: readonly string[]): Query => fc.constantFrom(...texts);
const quoted = (texts: readonly string[]): Query => fc.constantFrom(...texts).map((each) => JSON.stringify(each));
const TEXT = quoted([...TEXTS, 'B', 'absent']);
const NUMBER = fc.constantFrom(...NUMBERS, 4, 0.3).map(String);
const INTEGER = fc.constantFrom(...INTEGERS.slice(0, -1), 4).map(String);
const COMPARISON = from('=', '!=', '<', '<=', '>', '>=');
const EQUALITY = from('=', '!=');
const TEXT_TEST = from(
  'equals',
  'notEqualTo',
  'contains',
  'doesNotContain',
  'startsWith',
  'doesNotStartWith',
  'endsWith',
  'doesNotEndWith',
);
const texts = (max: number): Query => fc.array(TEXT, { minLength: 1, maxLength: max }).map((items) => `[${items.join(', ')}]`);
const numbers = fc.array(NUMBER, { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`);
const LIKE = quoted(['%', '_', 'a%', '%b', '%a%', 'a_b', 'a\\%b', 'a\\_b', 'a\\\\b', '%\\', '', '__', '%İ%', 'a\\b']);
const PATTERN = quoted([
  'a',
  '^a$',
  'a.b',
  '(?s)a.b',
  '(?i)A',
  '^.$',
  '\\d+',
  '[a-c]{2}',
  'σ|Σ',
  '^$',
  '\\s',
  '(?i)k',
  '\\bb',
  '[^a]',
  '(a|ab)$',
  '\\x{1F600}',
  '\\\\',
  '日.',
]);

/** What can be asked of one text. */
function textTest(path: string): Query {
  return fc.oneof(
    pql`${path} ${EQUALITY} ${TEXT}`,
    pql`${path}.${TEXT_TEST}(${TEXT}, ${from('true', 'false')})`,
    pql`${path} ${from('in', 'notIn')} ${texts(3)}`,
    pql`${path} like ${LIKE}`,
    pql`${path}.matches(${PATTERN})`,
    pql`${path}.${from('isNull', 'isNotNull')}()`,
    pql`stringCompare(${TEXT_TEST.map((name) => `"${name}"`)}, ${path}, ${texts(3)}, ${from('true', 'false')})`,
    pql`${path}.regexGroup("^(a)?(.*)$", ${from('0', '1', '2')}) = ${TEXT}`,
  );
}

function numberTest(path: string): Query {
  return fc.oneof(
    pql`${path} ${COMPARISON} ${NUMBER}`,
    pql`${path} ${from('in', 'notIn')} ${numbers}`,
    pql`${path} ${from('+', '-', '*', '/')} ${NUMBER} ${COMPARISON} ${NUMBER}`,
    pql`${path}.${from('isNull', 'isNotNull')}()`,
    pql`if(${path} ${COMPARISON} ${NUMBER}, ${path}, ${NUMBER}) ${COMPARISON} ${NUMBER}`,
  );
}

const integerTest = (path: string): Query =>
  fc.oneof(numberTest(path), pql`${path} % ${INTEGER} ${COMPARISON} ${INTEGER}`, pql`${path} % (${path} - 2) = ${INTEGER}`);
const booleanTest = (path: string): Query =>
  fc.oneof(from(path), pql`${path} ${EQUALITY} ${from('true', 'false')}`, pql`${path}.${from('isNull', 'isNotNull')}()`);

const UNIT = from('millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'year', 'decade', 'century', 'millennium');
const AMOUNT = fc.nat(40).map(String);
const DAY_OF = pql`date(${from('1900', '1970', '2000', '2024', '2026', '2299')}, ${from('1', '2', '4', '12')}, ${from('1', '28', '27')})`;

function timeSpec(reference: Query): Query {
  return fc.oneof(
    pql`${COMPARISON} ${AMOUNT} ${UNIT} ${from('before', 'after', 'from')} ${reference}`,
    pql`${from('before', 'after', 'on')} ${reference}`,
    pql`between ${reference} and ${reference}`,
  );
}

const FIXED_TIME = fc.oneof(
  from('now', 'today', 'yesterday', 'tomorrow'),
  pql`${from('this', 'last', 'next')} ${from('hour', 'day', 'week', 'month', 'year', 'decade', 'century')}`,
  DAY_OF,
);

function timeTest(path: string, others: readonly string[]): Query {
  return fc.oneof(
    pql`${path} occurs ${timeSpec(FIXED_TIME)}`,
    pql`${path} occurs ${timeSpec(from(...others))}`,
    pql`${path}.${from('getYear', 'getMonth', 'getDayOfMonth')}() ${COMPARISON} ${from('1', '2', '4', '29', '30', '1969', '2024', '2026', 'currentMonth()', 'currentYear()', 'currentDayOfMonth()')}`,
    pql`${path} ${COMPARISON} ${from(...others)}`,
    pql`${path}.${from('isNull', 'isNotNull')}()`,
  );
}

/** Tests on a list whose order means nothing, such as the values of a map. */
function bagTest(path: string, item: Query, list: Query): Query {
  return fc.oneof(
    pql`${path}.includes(${item})`,
    pql`${item} ${from('in', 'notIn')} ${path}`,
    pql`${path}.${from('intersects', 'subsetOf', 'supersetOf')}(${list})`,
    pql`${list}.${from('intersects', 'subsetOf', 'supersetOf')}(${path})`,
    pql`${path}.intersection(${list}).count() ${COMPARISON} ${from('0', '1', '2')}`,
    pql`${path}${from('', '.distinct()')}.count() ${COMPARISON} ${from('0', '1', '2')}`,
    pql`${path} ${EQUALITY} ${item}`,
    pql`${path}.${from('isNull', 'isNotNull')}()`,
  );
}

function listTest(path: string, item: Query, list: Query): Query {
  return fc.oneof(
    { weight: 4, arbitrary: bagTest(path, item, list) },
    pql`${path} ${EQUALITY} ${list}`,
    pql`${path}${from('', '.distinct()')}.head() = ${item}`,
  );
}

const numbersTest = (path: string): Query =>
  fc.oneof(listTest(path, NUMBER, numbers), pql`${path}.${from('sum', 'average', 'min', 'max')}() ${COMPARISON} ${NUMBER}`);

/** Tests on the record that the text at a path refers to. */
function recordTest(path: string): Query {
  return fc.oneof(
    textTest(`${path}.brand`),
    numberTest(`${path}.price`),
    integerTest(`${path}.stock`),
    booleanTest(`${path}.live`),
    timeTest(`${path}.launched`, ['now']),
    listTest(`${path}.labels`, TEXT, texts(2)),
    textTest(`${path}.maker`),
    textTest(`${path}.maker.brand`),
    textTest(`${path}.names.get("a")`),
    pql`${path}.sizes.exists(stock ${COMPARISON} ${INTEGER})`,
    pql`${path}.sizes.stock.sum() ${COMPARISON} ${INTEGER}`,
    pql`${path}.unused.isNull()`,
  );
}

/** Tests on one member of `carts` or `items`, its fields after `prefix`. */
function itemTest(prefix = ''): Query {
  const path = (name: string): string => prefix + name;
  return fc.oneof(
    textTest(path('sku')),
    recordTest(path('sku')),
    numberTest(path('price')),
    integerTest(path('quantity')),
    booleanTest(path('gift')),
    timeTest(path('sold'), ['now', path('sold')]),
    listTest(path('labels'), TEXT, texts(2)),
    pql`${path('parts')}.exists(${from('code', 'weight')}.isNotNull())`,
    pql`${path('parts')}[weight ${COMPARISON} ${NUMBER}].count() ${COMPARISON} ${from('0', '1', '2')}`,
    pql`${path('parts')}.weight.sum() ${COMPARISON} ${NUMBER}`,
    prefix === '' ? pql`parts.exists(weight > ^.${from('price', 'quantity')})` : pql`${path('parts')}.exists(weight > 1)`,
  );
}

/** Tests on a list of items. */
function itemsTest(path: string): Query {
  const item = itemTest();
  return fc.oneof(
    pql`${path}.exists(${item})`,
    pql`${path}[${item}].count() ${COMPARISON} ${from('0', '1', '2')}`,
    pql`${path}[${item}]${from('', '[price > 1]', '[gift]')}`,
    pql`(forall I from ${path} : ${itemTest('I.')})`,
    pql`(exists I from ${path} where ${itemTest('I.')})`,
    pql`${path}[${item}].${from('sum', 'average', 'min', 'max')}(${from('price', 'quantity * price', 'price - 1')}) ${COMPARISON} ${NUMBER}`,
    textTest(`${path}.sku`),
    textTest(`${path}.sku.brand`),
    numbersTest(`${path}.sku.price`),
    numbersTest(`${path}.sku.sizes.stock`),
    pql`${path}.groupBy(sku.brand).count() ${COMPARISON} ${from('1', '2')}`,
    pql`${path}.${from('topN', 'bottomN')}(sku.price, ${from('1', '2')}).sku.brand = ${TEXT}`,
    pql`${path}.price ${COMPARISON} ${NUMBER}`,
    pql`${path}.price ${from('in', 'notIn')} ${numbers}`,
    numbersTest(`${path}.price`),
    numbersTest(`${path}.parts.weight`),
    listTest(`${path}.sku`, TEXT, texts(2)),
    listTest(`${path}.labels`, TEXT, texts(2)),
    pql`${path}.head().sku = ${TEXT}`,
    pql`${path}[price > 0].head().price ${COMPARISON} ${NUMBER}`,
    pql`${path}.${from('topN', 'bottomN')}(price, ${from('1', '2')}).sku = ${TEXT}`,
    pql`${path}.groupBy(sku).count() ${COMPARISON} ${from('1', '2')}`,
    pql`${path}.map((X) => X.price).max() ${COMPARISON} ${NUMBER}`,
    pql`${path}.${from('isNull', 'isNotNull')}()`,
  );
}

function mapTests(): Query {
  const key = quoted(['a', 'b', 'A', '', '1', 'ß', 'x.y', 'absent']);
  return fc.oneof(
    key.chain((at) => textTest(`prefs.get(${at})`)),
    pql`prefs.get(name) ${EQUALITY} ${TEXT}`,
    pql`prefs.get(name).isNull()`,
    bagTest('prefs.keys()', key, texts(2)),
    bagTest('prefs.values()', TEXT, texts(2)),
    key.chain((at) => numberTest(`ranks.get(${at})`)),
    pql`ranks.values().${from('sum', 'average', 'min', 'max')}() ${COMPARISON} ${NUMBER}`,
    key.chain((at) => booleanTest(`topics.get(${at}).on`)),
    key.chain((at) => timeTest(`topics.get(${at}).since`, ['signup', 'now'])),
    pql`topics.values().exists(${fc.oneof(booleanTest('on'), textTest('note'))})`,
    pql`topics.get(${key}).isNull()`,
    pql`topics.isNotNull()`,
    pql`topics.values().count() ${COMPARISON} ${from('0', '1', '2')}`,
    key.chain((at) => listTest(`groups.get(${at})`, TEXT, texts(2))),
    pql`groups.${from('isNull', 'isNotNull')}()`,
  );
}

const unusedTests = fc.oneof(
  textTest('unused.text'),
  numberTest('unused.number'),
  listTest('unused.list', TEXT, texts(2)),
  numbersTest('unused.rows.x'),
  pql`unused.rows.exists(x > 1)`,
  pql`(forall R from unused.rows : R.x > 1)`,
  textTest('unused.map.get("a")'),
  pql`unused.${from('isNull', 'isNotNull')}()`,
);

const attributeTest: Query = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(textTest('name'), textTest('level'), textTest('home.city')) },
  {
    weight: 3,
    arbitrary: fc.oneof(
      numberTest('points'),
      integerTest('visits'),
      numberTest('home.geo.lat'),
      pql`points ${from('+', '-', '*', '/')} visits ${COMPARISON} ${NUMBER}`,
    ),
  },
  booleanTest('vip'),
  { weight: 3, arbitrary: fc.oneof(timeTest('birth', ['signup', 'now']), timeTest('signup', ['birth', 'stamps.max()'])) },
  pql`${from('home', 'home.geo')}.${from('isNull', 'isNotNull')}()`,
  {
    weight: 3,
    arbitrary: fc.oneof(
      listTest('tags', TEXT, texts(3)),
      numbersTest('scores'),
      timeTest('stamps.max()', ['signup', 'now']),
      timeTest('stamps', ['signup']),
    ),
  },
  { weight: 4, arbitrary: itemsTest('carts') },
  { weight: 3, arbitrary: mapTests() },
  unusedTests,
  pql`(let V = points * 2 in V > visits)`,
  pql`carts.exists(sku = ^.name or price > ^.points)`,
  { weight: 2, arbitrary: recordTest('name') },
  pql`tags[${from('brand = "a"', 'price > 1', 'live')}].count() ${COMPARISON} ${from('0', '1', '2')}`,
  pql`carts.exists(sku.maker = ^.name.maker or sku.price > ^.name.price)`,
);

const TYPE = quoted(EVENT_TYPES);
const RECENT = pql`timestamp occurs ${timeSpec(FIXED_TIME)}`;

/** Tests on one event, its fields in scope. */
const eventTest: Query = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.oneof(
      pql`eventType = ${TYPE}`,
      pql`eventType in [${TYPE}, ${TYPE}]`,
      pql`eventType.equals(${TYPE}, false)`,
      textTest('eventType'),
    ),
  },
  { weight: 4, arbitrary: RECENT },
  textTest('channel'),
  textTest('note'),
  recordTest('note'),
  numberTest('total'),
  integerTest('quantity'),
  booleanTest('paid'),
  timeTest('due', ['timestamp', 'now']),
  textTest('place.name'),
  from('place.isNull()', 'place.isNotNull()', 'unused.isNull()', 'unused = "a"'),
  itemsTest('items'),
  listTest('labels', TEXT, texts(2)),
  pql`extra.get("a") = ${TEXT}`,
);
const events = fc
  .array(eventTest, { minLength: 1, maxLength: 3 })
  .chain((tests) => from(' and ', ' or ').map((joint) => (joint === ' or ' ? `(${tests.join(joint)})` : tests.join(joint))));

function step(label: string, earlier: readonly string[]): Query {
  const time =
    earlier.length === 0
      ? RECENT.map((each) => each.replace('timestamp occurs ', ''))
      : fc.oneof(
          { weight: 3, arbitrary: gap(earlier) },
          RECENT.map((each) => each.replace('timestamp occurs ', '')),
        );
  const when = fc.option(time).map((each) => (each === null ? '' : ` WHEN(${each})`));
  const positive = fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 }).map((count) => (count === null ? '' : ` COUNT(${count})`));
  const what = fc.oneof(pql`eventType = ${TYPE}`, pql`eventType = ${TYPE}`, events);
  return fc.oneof({ weight: 3, arbitrary: pql`${label}: WHAT(${what})${when}${positive}` }, pql`${label}: NOT WHAT(${what})${when}`);
}

const gap = (earlier: readonly string[]): Query =>
  pql`${from('<', '<=', '>', '>=', '=')} ${fc.nat(30).map(String)} ${from('millisecond', 'second', 'hour', 'day', 'week', 'month')} after ${from(...earlier)}`;

/** Steps whose gaps refer to earlier positive steps. */
const chain: Query = fc
  .integer({ min: 1, max: 4 })
  .chain((count) => steps(count, []))
  .map((list) => `chain(xEvent, timestamp, [${list.join(', ')}])`);

function steps(count: number, sofar: readonly string[]): fc.Arbitrary<readonly string[]> {
  if (sofar.length === count) return fc.constant(sofar);
  const labels = sofar.filter((each) => !each.includes(': NOT WHAT')).map((each) => each.slice(0, each.indexOf(':')));
  return step(`C${sofar.length}`, labels).chain((next) => steps(count, [...sofar, next]));
}

const eventsTest: Query = fc.oneof(
  { weight: 3, arbitrary: pql`xEvent[${events}]` },
  { weight: 3, arbitrary: pql`xEvent[${events}].count() ${COMPARISON} ${from('0', '1', '2', '3', '1.5')}` },
  pql`xEvent.exists(${events})`,
  {
    weight: 3,
    arbitrary: pql`xEvent[${events}].${from('sum', 'average', 'min', 'max')}(${from('total', 'quantity', 'total * 2', 'unused.isNull().count()', 'items.price.max()').filter((each) => !each.startsWith('unused'))}) ${COMPARISON} ${NUMBER}`,
  },
  pql`xEvent[${events}].items.price.${from('sum', 'min', 'max', 'count')}() ${COMPARISON} ${NUMBER}`,
  pql`xEvent[${events}].max(timestamp) occurs ${timeSpec(FIXED_TIME)}`,
  pql`xEvent.items.sku = ${TEXT}`,
  pql`xEvent.count() ${COMPARISON} ${from('0', '1', '3')}`,
  pql`(forall E from xEvent : E.total ${COMPARISON} ${NUMBER})`,
  pql`xEvent[total > ^.points].count() ${COMPARISON} ${from('0', '1', '2')}`,
  pql`xEvent[${events}].topN(timestamp, 1).head().total ${COMPARISON} ${NUMBER}`,
  { weight: 8, arbitrary: chain },
  pql`chain(xEvent[${eventTest}], timestamp, [A: WHAT(eventType = ${TYPE}), B: WHAT(eventType = ${TYPE})])`,
);

export const AUDIENCES = ['odd', 'low', 'none'] as const;
const leaf: Query = fc.oneof(
  { weight: 5, arbitrary: attributeTest },
  { weight: 6, arbitrary: eventsTest },
  from(...AUDIENCES).map((id) => `inSegment("${id}")`),
  from('true', 'false'),
);

/** Whole queries: up to three leaves under and, or, not. */
export const query: Query = fc.oneof(
  { weight: 8, arbitrary: nestedTest },
  { weight: 5, arbitrary: leaf },
  pql`not (${leaf})`,
  { weight: 2, arbitrary: pql`(${leaf}) ${from('and', 'or', 'and not')} (${leaf})` },
  pql`if(${leaf}, (${leaf}) and true, (${leaf}) and true)`,
  pql`(${leaf}) ${from('and', 'or')} not ((${leaf}) ${from('and', 'or')} (${leaf}))`,
);
