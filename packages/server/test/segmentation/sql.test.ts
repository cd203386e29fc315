/** What ClickHouse is asked: one statement a leaf, whose text holds every constant. Each also runs. */
import { compile, resolveInstant } from '@kindred/pql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromState } from '../../src/segmentation/bitmap/index.ts';
import type { LeafQuery } from '../../src/segmentation/sql/index.ts';
import { leafQuery } from '../../src/segmentation/sql/index.ts';
import type { EngineName } from '../support/engines.ts';
import { ENGINES } from '../support/engines.ts';
import { TestPopulation } from './support/people.ts';
import { NOW, schema } from './support/shop.ts';

let population: TestPopulation;

async function open(engine: EngineName): Promise<void> {
  population = await TestPopulation.open(schema, engine);
  const cart = { sku: 'a', price: 1, parts: [{ weight: 1 }] };
  const attributes = { name: 'a', level: 'gold', visits: 1, birth: '2000-01-01', vip: true, tags: ['a'], carts: [cart], prefs: { a: 'b' } };
  const event = { _id: '1', timestamp: new Date(NOW).toISOString(), eventType: 'buy', total: 1, note: 'a', items: [cart] };
  await population.add([{ attributes, events: [event] }]);
}

/** The query of a rule that is one leaf, negated or not. */
function queryOf(pql: string, zone = 'UTC'): LeafQuery {
  const { plan, problems } = compile(pql, schema);
  const [leaf, more] = Object.values(plan?.leaves ?? {});
  if (leaf === undefined || more !== undefined || leaf.kind === 'audience')
    throw new Error(`not one leaf: ${pql} ${JSON.stringify(problems)}`);
  const layouts = { events: population.tables.layout('events'), profiles: population.tables.layout('profiles') };
  return leafQuery(leaf, {
    schema,
    layouts,
    lookupTable: () => null,
    now: NOW,
    zone,
    instantOf: (value) => resolveInstant(value, { now: NOW, zone }),
  });
}

const profiles = (condition: string): string => `SELECT groupBitmapState(profile) AS members FROM profiles FINAL WHERE ${condition}`;
const events = (condition: string): string => `SELECT groupBitmapState(profile) AS members FROM events WHERE ${condition}`;
const grouped = (where: string, having: string): string =>
  `SELECT groupBitmapState(profile) AS members FROM (SELECT profile FROM events WHERE ${where} GROUP BY profile HAVING ${having})`;
const NOBODY = 'SELECT groupBitmapState(toUInt32(0)) AS members WHERE 0';

const SHAPES: readonly (readonly [pql: string, sql: string])[] = [
  ['name = "it\'s"', profiles("ifNull(`name` = 'it\\'s', 0)")],
  ['level in ["gold", "a"]', profiles("ifNull(`level` IN ('a', 'gold'), 0)")],
  ['visits >= 3', profiles('ifNull(toFloat64(`visits`) >= 3., 0)')],
  ['name.contains("X", false)', profiles("ifNull(position(lowerUTF8(replaceAll(replaceAll(`name`, 'Σ', 'σ'), 'İ', 'i')), 'x') > 0, 0)")],
  ['name.matches("^a")', profiles("ifNull(match(`name`, '(?-s)^a'), 0)")],
  ['vip', profiles('ifNull(`vip`, 0)')],
  ['name.isNotNull()', profiles('isNotNull(`name`)')],
  ['birth occurs before today', profiles('ifNull(toUnixTimestamp64Milli(`birth`) < toInt64(1777507200000), 0)')],
  ['carts.exists(sku = "a")', profiles("arrayExists((`#1`) -> ifNull(`#1` = 'a', 0), arrayResize(`carts/sku`, `carts/#`))")],
  [
    'carts.exists(sku = "a" and parts.exists(weight > 1))',
    profiles(
      "arrayExists((`#1`, `#2`, `#4`) -> (arrayExists((`#3`) -> ifNull(`#3` > 1., 0), arrayResize(`#2`, `#1`)) AND ifNull(`#4` = 'a', 0)), arrayResize(`carts/parts/#`, `carts/#`), arrayResize(`carts/parts/weight`, `carts/#`), arrayResize(`carts/sku`, `carts/#`))",
    ),
  ],
  ['prefs.get("a") = "b"', profiles("ifNull(arrayResize(`prefs/{}/=`, `prefs/#`)[indexOf(`prefs/{}`, 'a')] = 'b', 0)")],
  [
    'tags.includes("a")',
    profiles("(notEmpty(`tags`) AND has(arrayMap(x -> assumeNotNull(x), arrayFilter(x -> isNotNull(x), `tags`)), 'a'))"),
  ],
  ['unused.text = "a"', NOBODY],
  ['xEvent[eventType = "buy"]', events("(eventType = 'buy')")],
  [
    'xEvent[eventType in ["buy", "view"] and timestamp occurs <= 7 days before now]',
    events(
      "((eventType IN ('buy', 'view')) AND (timestamp >= fromUnixTimestamp64Milli(toInt64(1776939630400), 'UTC')) AND (timestamp < fromUnixTimestamp64Milli(toInt64(1777544430400), 'UTC')))",
    ),
  ],
  ['xEvent[note = "a"].count() > 2', grouped("ifNull(`note` = 'a', 0)", 'ifNull(count() >= 3., 0)')],
  [
    'xEvent[eventType = "buy"].max(total) > 100',
    "SELECT groupBitmapState(profile) AS members FROM (SELECT profile FROM (SELECT profile, `total` AS `#value` FROM events WHERE (eventType = 'buy')) GROUP BY profile HAVING ifNull(ifNotFinite(maxOrNullIf(`#value`, 1), NULL) > 100., 0))",
  ],
];

describe.each(ENGINES)('the SQL of a leaf, %s', (engine) => {
  beforeAll(() => open(engine));
  afterAll(() => population.close());

  test.each(SHAPES)('%s', async (pql, sql) => {
    const query = queryOf(pql);
    expect(query).toMatchObject({ sql, complement: false, exact: true });
    expect(fromState(await population.tables.clickhouse.bytes(sql, 'RowBinary')).size).toBeLessThanOrEqual(1);
  });

  test('what is true of a profile without attributes asks for those of whom it is not', () => {
    expect(queryOf('(forall I from carts : I.price > 1)')).toMatchObject({ complement: false });
    expect(queryOf('if(vip, 1, 2) = 2')).toMatchObject({
      sql: profiles('NOT ((if(ifNull(`vip`, 0), 1., 2.) = 2.))'),
      complement: true,
      exact: true,
    });
  });

  test('equal rules at equal instants are equal text, whatever the names in them', () => {
    expect(queryOf('(exists A from carts where A.price > 1)')).toEqual(queryOf('(exists B from carts where B.price > 1)'));
  });

  test('each step of a sequence reads its own events', () => {
    const { sql, exact } = queryOf(
      'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "buy") WHEN(<= 1 hour after A)])',
    );
    expect(exact).toBe(true);
    expect(sql).toContain("AS at, 0 AS step FROM events WHERE (eventType = 'view') UNION ALL");
    expect(sql).toContain('least(toInt64(9000000000000000000), (t + toInt64(3600000)))');
  });

  test('what is computed for each profile can be asked for a range of them', () => {
    const range = { from: 10, until: 20 };
    const within = '(profile >= 10 AND profile < 20)';
    expect(queryOf('xEvent[note = "a"].count() > 2').ranged?.(range)).toContain(`WHERE (${within} AND `);
    expect(queryOf('xEvent[total > ^.visits]').ranged?.(range)?.split(`WHERE ${within}`)).toHaveLength(3);
    const chained = queryOf('chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "buy")])');
    // Both steps, and who has an event of the first one.
    expect(chained.ranged?.(range)?.split(within)).toHaveLength(4);
    expect(queryOf('xEvent[note = "a"]').ranged).toBeNull();
  });

  test('events and attributes together are read from both tables', () => {
    const { sql, exact } = queryOf('xEvent[total > ^.visits].count() >= 1');
    expect(exact).toBe(true);
    expect(sql).toContain('SELECT profile, groupArray(tuple(`total`)) AS `#events` FROM events GROUP BY profile');
    expect(sql).toContain('FULL JOIN (SELECT profile, `visits` FROM profiles FINAL) AS j0 USING (profile)');
  });

  // The engine has the empty text for a group that found nothing and for one that took no part.
  const AMBIGUOUS = 'note.regexGroup("(a*)?b", 1) = ""';

  test('what SQL cannot say of an event leaves the reference evaluator those with such events', () => {
    const query = queryOf(`xEvent[eventType = "buy" and ${AMBIGUOUS}]`);
    expect(query).toEqual({ sql: events("(eventType = 'buy')"), complement: false, exact: false, ranged: null });
  });

  test('what SQL cannot say of attributes leaves it everybody', () => {
    expect(queryOf(AMBIGUOUS.replace('note', 'name'))).toEqual({ sql: null, complement: false, exact: false, ranged: null });
  });

  test('calendar arithmetic on data in a zone with clock changes is left to it', () => {
    expect(queryOf('birth.getMonth() = 1', 'Europe/Berlin').exact).toBe(false);
    expect(queryOf('birth occurs before today', 'Europe/Berlin').sql).toContain('toInt64(1777500000000)');
  });

  test('nobody is looked for where no event can be', () => {
    expect(queryOf('xEvent[timestamp occurs before date(1800, 1, 1)]').sql).toBe(events('0'));
  });
});
