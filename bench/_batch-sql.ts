/**
 * The audiences of the mix as someone who knows the tables would write them by hand, each as one statement that gives the
 * profiles in it: for ClickHouse over Kindred's own tables, and for DuckDB over the same rows.
 */
import { DATA_END } from './_batch-data.ts';
import type { Attribute, MixedAudience, Rule } from './_batch-mix.ts';

export interface Dialect {
  readonly name: string;
  /** The instant `days` days before the end of the data. */
  readonly before: (days: number) => string;
  readonly column: (name: 'category' | 'price' | 'tier' | 'country' | 'points' | 'birthYear') => string;
  readonly events: string;
  readonly profiles: string;
  /** Profiles with an event of the first condition, and within seven days after it one of the other type. */
  readonly sequence: (first: string, second: string) => string;
}

const DAY = 86_400_000;

function time(days: number): string {
  return new Date(DATA_END - days * DAY).toISOString().replace('T', ' ').replace('Z', '');
}

export const CLICKHOUSE: Dialect = {
  name: 'ClickHouse, one SQL an audience',
  before: (days) => `toDateTime64('${time(days)}', 3, 'UTC')`,
  column: (name) =>
    ({
      category: '`web/webPageDetails/siteSection`',
      price: '`commerce/order/priceTotal`',
      tier: '`loyalty/tier`',
      country: '`homeAddress/countryCode`',
      points: '`loyalty/points`',
      birthYear: '`person/birthYear`',
    })[name],
  events: 'events',
  profiles: 'profiles FINAL',
  sequence: (first, second) => `SELECT DISTINCT one.profile AS profile FROM
      (SELECT profile, timestamp AS at FROM events WHERE ${first}) AS one
      ASOF JOIN (SELECT profile, timestamp AS at FROM events WHERE eventType = '${second}') AS two
      ON one.profile = two.profile AND one.at < two.at WHERE two.at <= one.at + INTERVAL 7 DAY`,
};

export const DUCKDB: Dialect = {
  name: 'DuckDB, one SQL an audience',
  before: (days) => `TIMESTAMP '${time(days)}'`,
  column: (name) => name,
  events: 'events',
  profiles: 'profiles',
  sequence: (first, second) => `SELECT DISTINCT one.profile AS profile FROM
      (SELECT profile, timestamp AS at FROM events WHERE ${first}) AS one
      ASOF JOIN (SELECT profile, timestamp AS at FROM events WHERE eventType = '${second}') AS two
      ON one.profile = two.profile AND one.at < two.at WHERE two.at <= one.at + INTERVAL 7 DAY`,
};

/** The profiles of an audience; those that it refers to are written into it. */
export function membersSql({ rule }: MixedAudience, mixed: readonly MixedAudience[], dialect: Dialect): string {
  switch (rule.kind) {
    case 'audiences': {
      const [one, other] = [rule.one, rule.butNot].map((place) => membersSql(mixed[place] as MixedAudience, mixed, dialect));
      return `SELECT profile FROM (${one}) WHERE profile NOT IN (${other})`;
    }
    case 'attribute':
      return attributeSql(rule.attribute, dialect);
    default:
      return ofEvents(rule, dialect);
  }
}

function ofEvents(rule: Exclude<Rule, { readonly kind: 'audiences' | 'attribute' }>, dialect: Dialect): string {
  const { events } = dialect;
  switch (rule.kind) {
    case 'viewed, not bought':
      return `SELECT DISTINCT profile FROM ${events} WHERE ${chosen('commerce.productViews', rule.category, rule.viewed, dialect)}
        AND profile NOT IN (SELECT profile FROM ${events} WHERE ${chosen('commerce.purchases', null, rule.bought, dialect)})`;
    case 'count':
      return `SELECT profile FROM ${events} WHERE ${chosen(rule.type, rule.category, rule.days, dialect)}
        GROUP BY profile HAVING count(*) >= ${rule.least}`;
    case 'sum':
      return `SELECT profile FROM ${events} WHERE ${chosen('commerce.purchases', rule.category, rule.days, dialect)}
        GROUP BY profile HAVING sum(${dialect.column('price')}) > ${rule.more}`;
    case 'sequence':
      return dialect.sequence(chosen(rule.first, rule.category, rule.days, dialect), rule.second);
    case 'mail':
      return `SELECT DISTINCT profile FROM ${events} WHERE ${chosen('directMarketing.emailOpened', null, rule.days, dialect)}
        AND profile NOT IN (SELECT profile FROM ${events} WHERE ${chosen('directMarketing.emailClicked', null, rule.days, dialect)})
        AND profile IN (${attributeSql(rule.attribute, dialect)})`;
    default:
      return rule satisfies never;
  }
}

/** Events of one type, of one category or any, in the days before the end of the data. */
export function chosen(type: string, category: string | null, days: number, dialect: Dialect): string {
  const about = category === null ? '' : ` AND ${dialect.column('category')} = '${category}'`;
  return `eventType = '${type}'${about} AND timestamp > ${dialect.before(days)} AND timestamp < ${dialect.before(0)}`;
}

function attributeSql(attribute: Attribute, dialect: Dialect): string {
  return `SELECT profile FROM ${dialect.profiles} WHERE ${attributeCondition(attribute, dialect)}`;
}

export function attributeCondition(attribute: Attribute, { column }: Dialect): string {
  const condition = 'value' in attribute ? `= '${attribute.value}'` : `>= ${attribute.least}`;
  return `${column(attribute.field)} ${condition}`;
}
