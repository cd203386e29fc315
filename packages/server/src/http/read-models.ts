/** Questions about profiles and events that only the API asks: counts and searches over the tables of ClickHouse. */
import type { ClickHouse } from '../store/index.ts';
import { instantLiteral, literal } from '../store/index.ts';

export interface DatasetCount {
  readonly name: string;
  readonly events: number;
  readonly records: number;
}

export async function countByDataset(clickhouse: ClickHouse): Promise<readonly DatasetCount[]> {
  const rows = await clickhouse.query<{ name: string; events: string; records: string }>(
    `SELECT dataset AS name, sum(e) AS events, sum(r) AS records FROM (
       SELECT dataset, count() AS e, 0 AS r FROM events GROUP BY dataset
       UNION ALL SELECT dataset, 0 AS e, count() AS r FROM fragments GROUP BY dataset
     ) GROUP BY dataset ORDER BY dataset`,
  );
  return rows.map(({ name, events, records }) => ({ name, events: Number(events), records: Number(records) }));
}

export interface EventTypeCount {
  readonly eventType: string;
  readonly events: number;
}

/** Most frequent first. */
export async function countByEventType(clickhouse: ClickHouse): Promise<readonly EventTypeCount[]> {
  const rows = await clickhouse.query<{ eventType: string; total: string }>(
    'SELECT eventType, count() AS total FROM events GROUP BY eventType ORDER BY total DESC, eventType',
  );
  return rows.map(({ eventType, total }) => ({ eventType, events: Number(total) }));
}

export interface EventHistory extends EventTypeCount {
  readonly first: Date;
  readonly last: Date;
}

/** What one profile did, by event type, the most recent first. */
export async function eventHistory(clickhouse: ClickHouse, ordinal: number, until?: Date): Promise<readonly EventHistory[]> {
  const past = until === undefined ? '' : ` AND timestamp <= ${instantLiteral(until.getTime())}`;
  const rows = await clickhouse.query<{ eventType: string; total: string; first: string; last: string }>(
    `SELECT eventType, count() AS total, toUnixTimestamp64Milli(min(timestamp)) AS first, toUnixTimestamp64Milli(max(timestamp)) AS last
     FROM events WHERE profile = ${literal(ordinal)}${past} GROUP BY eventType ORDER BY last DESC, eventType`,
  );
  return rows.map(({ eventType, total, first, last }) => ({
    eventType,
    events: Number(total),
    first: new Date(Number(first)),
    last: new Date(Number(last)),
  }));
}

export interface ProfileSearch {
  /** The beginning of an id. */
  readonly search?: string | undefined;
  readonly namespace?: string | undefined;
  readonly start: number;
  readonly limit: number;
}

/** Ordinals of profiles with such an identity, ascending. */
export async function searchProfiles(
  clickhouse: ClickHouse,
  { search, namespace, start, limit }: ProfileSearch,
): Promise<readonly number[]> {
  const conditions = [
    ...(search === undefined || search === '' ? [] : [`startsWith(id, ${literal(search)})`]),
    ...(namespace === undefined ? [] : [`namespace = ${literal(namespace)}`]),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const rows = await clickhouse.query<{ profile: number }>(
    `SELECT DISTINCT profile FROM identities ${where} ORDER BY profile LIMIT ${literal(limit)} OFFSET ${literal(start)}`,
  );
  return rows.map(({ profile }) => profile);
}

/** The datasets that events of a profile came in with, by id. */
export async function datasetsOf(clickhouse: ClickHouse, ordinal: number, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await clickhouse.query<{ id: string; dataset: string }>(
    `SELECT id, dataset FROM events WHERE profile = ${literal(ordinal)} AND id IN ${literal(ids)}`,
  );
  return new Map(rows.map(({ id, dataset }) => [id, dataset]));
}

export interface Origins {
  /** By name. */
  readonly datasets: string[];
  /** The time of the newest record or event. */
  readonly last: Date;
}

/** Where what is known of a profile came from. */
export async function originsOf(clickhouse: ClickHouse, ordinal: number): Promise<Origins> {
  const [row] = await clickhouse.query<{ datasets: string[]; last: string }>(
    `SELECT arraySort(groupUniqArray(dataset)) AS datasets, toUnixTimestamp64Milli(max(at)) AS last FROM (
       SELECT toString(dataset) AS dataset, time AS at FROM fragments WHERE profile = ${literal(ordinal)}
       UNION ALL SELECT toString(dataset) AS dataset, timestamp AS at FROM events WHERE profile = ${literal(ordinal)})`,
  );
  return { datasets: row?.datasets ?? [], last: new Date(Number(row?.last ?? 0)) };
}
