/**
 * Events and profiles for the batch engine, made inside ClickHouse from hashes of row numbers, so that the same size is the
 * same data everywhere. They lie in Kindred's own tables as an import would have put them there: heavy and light users
 * (profile ~ u^1.7), nine event types over ninety days, two hundred product categories.
 */
import { Identities } from '../packages/server/src/identity/index.ts';
import { ProfileTables } from '../packages/server/src/profile/index.ts';
import type { XdmSchema } from '../packages/server/src/schema/index.ts';
import { addColumns, columnsOf, ensureTables, Layout, unionSchema } from '../packages/server/src/schema/index.ts';
import type { Stores } from '../packages/server/src/store/index.ts';
import { identifier, literal } from '../packages/server/src/store/index.ts';

export interface DataSize {
  readonly events: number;
  readonly profiles: number;
}

/** The instant at which the ninety days of events end, epoch ms. */
export const DATA_END = Date.UTC(2026, 10, 20, 12);
const DAY = 86_400_000;
const DAYS = 90;

/** Shares of the event types in per mille, and whether their events are about a category. */
export const TYPES = [
  { name: 'web.webpagedetails.pageViews', share: 440, category: false },
  { name: 'commerce.productViews', share: 200, category: true },
  { name: 'commerce.productListAdds', share: 80, category: true },
  { name: 'commerce.checkouts', share: 40, category: false },
  { name: 'commerce.purchases', share: 40, category: true },
  { name: 'directMarketing.emailSent', share: 100, category: false },
  { name: 'directMarketing.emailOpened', share: 50, category: false },
  { name: 'directMarketing.emailClicked', share: 20, category: false },
  { name: 'web.webinteraction.linkClicks', share: 30, category: false },
] as const;

export const CATEGORIES = 200;
export const TIERS = ['bronze', 'silver', 'gold', 'platinum'] as const;
export const COUNTRIES = ['DE', 'FR', 'US', 'GB', 'IT', 'ES', 'NL', 'SE'] as const;

const CATEGORY = 'web/webPageDetails/siteSection';
const PRICE = 'commerce/order/priceTotal';
const EVENT_FIELDS = [CATEGORY, PRICE, 'web/webPageDetails/name', 'channel/mediaType', 'placeContext/geo/countryCode'];
const PROFILE_FIELDS = ['loyalty/tier', 'loyalty/points', 'homeAddress/countryCode', 'person/birthYear'];

const SCHEMA = unionSchema({ tenant: 'bench' });

/** Fills the tables of empty stores. */
export async function generate({ clickhouse, lmdb }: Stores, { events, profiles }: DataSize): Promise<void> {
  await ensureTables(clickhouse);
  await addFields(clickhouse, SCHEMA);
  await clickhouse.command(eventRows({ from: 0, count: events, profiles, days: DAYS }));
  await clickhouse.command(
    `INSERT INTO identities (profile, namespace, id) SELECT number, 'CRMID', concat('C', toString(number)) FROM numbers(${profiles})`,
  );
  await clickhouse.command(profileRows(profiles));
  for (const table of ['events', 'profiles', 'identities']) await clickhouse.command(`OPTIMIZE TABLE ${table} FINAL`);
  await Identities.open(lmdb, clickhouse);
}

/** The tables of stores that have been filled. */
export async function openTables({ clickhouse, lmdb }: Stores): Promise<ProfileTables> {
  const identities = await Identities.open(lmdb, clickhouse);
  return await ProfileTables.open({ clickhouse, lmdb, identities, schema: SCHEMA, clock: () => new Date() });
}

async function addFields(clickhouse: Stores['clickhouse'], schema: XdmSchema): Promise<void> {
  for (const [table, type, names] of [
    ['events', schema.event, EVENT_FIELDS],
    ['profiles', schema.profile, PROFILE_FIELDS],
  ] as const) {
    const columns = columnsOf(table, type).filter(({ name }) => names.includes(name));
    if (columns.length < names.length) throw new Error(`the schema has not all of ${names.join(', ')}`);
    await addColumns(clickhouse, new Layout(table, []), columns);
  }
}

export interface EventRows {
  /** Number of the first row: the same number is the same event. */
  readonly from: number;
  readonly count: number;
  readonly profiles: number;
  /** How far back from the end of the data they lie. */
  readonly days: number;
  /** The change of the data that brings them. */
  readonly revision?: number;
  readonly end?: number;
}

/** An INSERT of some events. */
export function eventRows({ from, count, profiles, days, revision, end = DATA_END }: EventRows): string {
  const names = EVENT_FIELDS.map(identifier).join(', ');
  const [revisionName, revisionValue] = revision === undefined ? ['', ''] : [', revision', `, ${revision}`];
  let upTo = 0;
  const types = TYPES.map(({ name, share }) => `${unit('type')} < ${(upTo += share) / 1000}, ${literal(name)}`);
  const withCategory = TYPES.filter((type) => type.category).map(({ name }) => name);
  return `INSERT INTO events (profile, eventType, timestamp, id, dataset, ${names}${revisionName})
    SELECT toUInt32(floor(${profiles} * pow(${unit('profile')}, 1.7))), multiIf(${types.join(', ')}, '') AS type,
      fromUnixTimestamp64Milli(toInt64(${end} - 1 - floor(${unit('time')} * ${days * DAY})), 'UTC'),
      concat('e', toString(number)), 'bench',
      if(type IN ${literal(withCategory)}, concat('c', toString(${hash('category')} % ${CATEGORIES})), NULL),
      if(type = 'commerce.purchases', 5 + ${hash('price')} % 30000 / 100, NULL),
      concat('page ', toString(${hash('page')} % 5000)),
      ['paid', 'owned', 'earned'][1 + ${hash('media')} % 3], ${literal(COUNTRIES)}[1 + ${hash('country')} % ${COUNTRIES.length}]
      ${revisionValue}
    FROM numbers(${from}, ${count})`;
}

function profileRows(profiles: number): string {
  return `INSERT INTO profiles (profile, version, ${PROFILE_FIELDS.map(identifier).join(', ')})
    SELECT number, 0, ${literal(TIERS)}[1 + ${hash('tier')} % ${TIERS.length}], floor(${unit('points')} * 10000),
      ${literal(COUNTRIES)}[1 + ${hash('home')} % ${COUNTRIES.length}], 1940 + ${hash('birth')} % 66
    FROM numbers(${profiles})`;
}

function hash(what: string): string {
  return `sipHash64(number, ${literal(what)})`;
}

/** Evenly distributed between 0 and 1. */
function unit(what: string): string {
  return `(${hash(what)} / 18446744073709551616.)`;
}
