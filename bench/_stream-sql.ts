/**
 * The peer that keeps no state: people about whom something came are asked about anew, many in one statement, over Kindred's own tables.
 * Everything that the audiences need of the events is one reading of these people's, written by hand.
 */
import { measure, median } from './_measure.ts';
import type { Cost } from './_measure.ts';
import type { MixedAudience, Rule } from './_batch-mix.ts';
import { attributeCondition, chosen, CLICKHOUSE, membersSql } from './_batch-sql.ts';
import { openStores } from '../packages/server/src/store/index.ts';

/** Statements that are measured, each about other people. */
const ROUNDS = 7;

/**
 * What one statement about `people` people takes, in the data folder of a server that has stopped. Throws Error when it gives other
 * members than the audiences' own statements.
 */
export async function microBatch(
  dataFolder: string,
  mixed: readonly MixedAudience[],
  { people, profiles }: { readonly people: number; readonly profiles: number },
): Promise<Cost> {
  const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });
  try {
    const ask = async (sql: string): Promise<readonly Record<string, number>[]> => await stores.clickhouse.query(sql);
    const costs: Cost[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const touched = Array.from({ length: people }, (_, index) => (round + index * Math.floor(profiles / people)) % profiles);
      let rows: readonly Record<string, number>[] = [];
      costs.push(
        await measure(async () => {
          rows = await ask(microBatchSql(mixed, touched));
        }),
      );
      if (round === 0) await agree(rows, mixed, touched, ask);
    }
    return { wall: median(costs.map(({ wall }) => wall)), cpu: median(costs.map(({ cpu }) => cpu)) };
  } finally {
    await stores.close();
  }
}

/** The audiences one by one, by their own statements. */
async function agree(
  rows: readonly Record<string, number>[],
  mixed: readonly MixedAudience[],
  touched: readonly number[],
  ask: (sql: string) => Promise<readonly Record<string, number>[]>,
): Promise<void> {
  for (const audience of mixed.slice(0, 20)) {
    const own = await ask(`SELECT profile FROM (${membersSql(audience, mixed, CLICKHOUSE)}) WHERE profile IN (${touched.join(', ')})`);
    const expected = new Set(own.map(({ profile }) => Number(profile)));
    const found = rows.filter((row) => Number(row[audience.id]) === 1).map((row) => Number(row['profile']));
    if (found.length !== expected.size || !found.every((profile) => expected.has(profile)))
      throw new Error(`${audience.pql}: ${found.length} in the one statement, ${expected.size} in its own`);
  }
}

/** A row a person, with a column an audience: 1 or 0. */
function microBatchSql(mixed: readonly MixedAudience[], touched: readonly number[]): string {
  const people = touched.join(', ');
  const ofEvents = mixed.flatMap(({ id, rule }) => (eventsOf(rule) === null ? [] : [`${eventsOf(rule)} AS e_${id}`]));
  const ofRecords = mixed.flatMap(({ id, rule }) =>
    'attribute' in rule ? [`${attributeCondition(rule.attribute, CLICKHOUSE)} AS p_${id}`] : [],
  );
  const audiences = mixed.map(({ id, rule }) => {
    switch (rule.kind) {
      case 'audiences':
        return `a${rule.one} AND NOT a${rule.butNot} AS ${id}`;
      case 'attribute':
        return `ifNull(p_${id}, 0) AS ${id}`;
      case 'mail':
        return `ifNull(e_${id}, 0) AND ifNull(p_${id}, 0) AS ${id}`;
      default:
        return `ifNull(e_${id}, 0) AS ${id}`;
    }
  });
  return `SELECT profile, ${audiences.join(', ')} FROM (SELECT arrayJoin([${people}]) AS profile) AS touched
    LEFT JOIN (SELECT profile, ${ofEvents.join(', ')} FROM events WHERE profile IN (${people}) GROUP BY profile) AS happened USING profile
    LEFT JOIN (SELECT profile, ${['1', ...ofRecords].join(', ')} FROM profiles FINAL WHERE profile IN (${people})) AS records USING profile`;
}

/** What the rule asks of the events of one person; null when nothing. */
function eventsOf(rule: Rule): string | null {
  const some = (type: string, category: string | null, days: number): string => `countIf(${chosen(type, category, days, CLICKHOUSE)})`;
  switch (rule.kind) {
    case 'viewed, not bought':
      return `${some('commerce.productViews', rule.category, rule.viewed)} > 0 AND ${some('commerce.purchases', null, rule.bought)} = 0`;
    case 'count':
      return `${some(rule.type, rule.category, rule.days)} >= ${rule.least}`;
    case 'sum':
      return `sumIf(${CLICKHOUSE.column('price')}, ${chosen('commerce.purchases', rule.category, rule.days, CLICKHOUSE)}) > ${rule.more}`;
    case 'sequence': {
      const [ones, twos] = [chosen(rule.first, rule.category, rule.days, CLICKHOUSE), `eventType = '${rule.second}'`].map(
        (condition) => `groupArrayIf(timestamp, ${condition})`,
      );
      return `arrayExists(one -> arrayExists(two -> two > one AND two <= one + INTERVAL 7 DAY, ${twos}), ${ones})`;
    }
    case 'mail':
      return `${some('directMarketing.emailOpened', null, rule.days)} > 0 AND ${some('directMarketing.emailClicked', null, rule.days)} = 0`;
    case 'attribute':
    case 'audiences':
      return null;
    default:
      return rule satisfies never;
  }
}
