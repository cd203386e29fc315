/** Reading profiles and events as XDM documents. */
import type { ProfileIdentity } from '../identity/index.ts';
import type { Column, Document, Row, Table } from '../schema/index.ts';
import { documentReader, instantText, parseColumnTime, readColumns } from '../schema/index.ts';
import { identifier, instantLiteral, literal, queryColumns } from '../store/index.ts';
import type { StoredEvents } from './chunk.ts';
import { EVENT_KEYS } from './chunk.ts';
import { byTimeAndId } from './event-order.ts';
import type { MergeSource } from './merge.ts';
import { mergedProfiles } from './merge.ts';
import type { AttributeMerge } from './merge-policy.ts';
import { isScore } from './scores.ts';
import type { ProfileTables } from './tables.ts';

/** Profiles looked through without a pause. */
const SLICE = 100_000;

/** What reading takes: the tables, or a view of them. */
export type ReadableTables = Pick<ProfileTables, 'clickhouse' | 'identities' | 'lookups' | 'schema' | 'layout' | 'recentEvents'>;

export interface EventsOptions {
  /** All when left out. */
  readonly limit?: number;
  /** Newest first unless told. */
  readonly order?: 'newest' | 'oldest';
  /** Only events that come after this one in that order: the last of the page before. */
  readonly beyond?: EventPosition;
  /** Number of the identity whose events alone count. */
  readonly identity?: number;
  /** Epoch milliseconds, included. */
  readonly from?: number;
  /** Epoch milliseconds, not included. */
  readonly to?: number;
}

export interface EventPosition {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly id: string;
}

/** The merged attributes of a profile with its `identityMap`; null when there is no such profile. */
export async function readProfile(tables: ReadableTables, ordinal: number): Promise<Document | null> {
  return (await readProfiles(tables, [ordinal])).get(ordinal) ?? null;
}

/** Attributes and `identityMap` of many profiles; those that do not exist are absent. */
export async function readProfiles(tables: ReadableTables, ordinals: readonly number[]): Promise<Map<number, Document>> {
  if (ordinals.length === 0) return new Map();
  const identities = tables.identities.identitiesOf(ordinals);
  const { names, document } = reader(tables, 'profiles');
  const rows = await tables.clickhouse.query<Row & { profile: number }>(
    `SELECT profile${selected(names)} FROM profiles FINAL WHERE profile IN ${literal(ordinals)}`,
  );
  const attributes = new Map(rows.map((row) => [row.profile, document(row)]));
  return new Map([...identities].map(([ordinal, list]) => [ordinal, { ...attributes.get(ordinal), identityMap: identityMap(list) }]));
}

/**
 * The attributes of profiles as a policy merges them; who has none is absent.
 * @param identity number of the identity whose records alone count
 * @param until only records up to this instant count, epoch ms
 */
export async function readAttributes(
  tables: ReadableTables,
  ordinals: readonly number[],
  { by, identity, until }: Pick<MergeSource, 'identity' | 'until'> & { readonly by: AttributeMerge },
): Promise<ReadonlyMap<number, Document>> {
  if (ordinals.length === 0) return new Map();
  const columns = storedColumns(tables);
  const document = documentReader(tables.schema.profile, columns);
  const rows = await tables.clickhouse.query<Row & { owner: number }>(
    mergedProfiles(columns, {
      profiles: literal(ordinals),
      by,
      ...(identity !== undefined && { identity }),
      ...(until !== undefined && { until }),
    }),
  );
  return new Map(rows.map((row) => [row.owner, document(row)]));
}

/** What a source said of a profile. */
export interface ProfileRecord {
  readonly dataset: string;
  /** Number of the identity it was said of. */
  readonly identity: number;
  /** When it was true, epoch ms. */
  readonly time: number;
  /** When it was stored; null: before that was kept. */
  readonly received: number | null;
  readonly document: Document;
}

/** The records that a profile is merged from, the newest first. */
export async function readRecords(tables: ReadableTables, ordinal: number, limit: number): Promise<readonly ProfileRecord[]> {
  const { names, document } = reader(tables, 'profiles', storedColumns(tables));
  const rows = await tables.clickhouse.query<Row & { dataset: string; identity: number; time: string; received: string }>(
    `SELECT dataset, identity, time, toUnixTimestamp64Milli(\`received#time\`) AS received${selected(names)} FROM fragments
      WHERE profile = ${ordinal} ORDER BY time DESC, dataset LIMIT ${limit}`,
  );
  return rows.map((row) => {
    const received = Number(row.received);
    const { dataset, identity } = row;
    return { dataset, identity, time: parseColumnTime(row.time), received: received === 0 ? null : received, document: document(row) };
  });
}

/** Events of a profile by their times. */
export async function readEvents(tables: ReadableTables, ordinal: number, options: EventsOptions): Promise<Document[]> {
  const { beyond, identity, from, to, limit, order = 'newest' } = options;
  const [sign, direction] = order === 'newest' ? ['<', 'DESC'] : ['>', 'ASC'];
  const conditions = [
    `profile = ${ordinal}`,
    ...(identity === undefined ? [] : [`identity = ${identity}`]),
    ...(from === undefined ? [] : [`timestamp >= ${instantLiteral(from)}`]),
    ...(to === undefined ? [] : [`timestamp < ${instantLiteral(to)}`]),
    ...(beyond === undefined ? [] : [`(timestamp, id) ${sign} (${instantLiteral(beyond.timestamp)}, ${literal(beyond.id)})`]),
  ];
  const most = limit === undefined ? '' : ` LIMIT ${limit}`;
  const rows = await eventRows(tables, `${conditions.join(' AND ')} ORDER BY timestamp ${direction}, id ${direction}${most}`);
  return rows.map(({ event }) => event);
}

/** When something was stored, epoch ms; null is open. */
export interface Received {
  /** Later than this. */
  readonly after: number | null;
  /** Not later than this. */
  readonly until: number | null;
}

/** A condition of rows of events or fragments. */
export function receivedSql({ after, until }: Received): string {
  const terms = [
    ...(after === null ? [] : [`\`received#time\` > ${instantLiteral(after)}`]),
    ...(until === null ? [] : [`\`received#time\` <= ${instantLiteral(until)}`]),
  ];
  return terms.length === 0 ? '1' : terms.join(' AND ');
}

const ANY_TIME: Received = { after: null, until: null };

/** Whole documents: attributes, `identityMap`, and all events under `xEvent`, oldest first; or those events received in a time. */
export async function readDocuments(
  tables: ReadableTables,
  ordinals: readonly number[],
  received: Received = ANY_TIME,
): Promise<Map<number, Document>> {
  const profiles = await readProfiles(tables, ordinals);
  if (profiles.size === 0) return profiles;
  const where = `profile IN ${literal([...profiles.keys()])} AND ${receivedSql(received)}`;
  const rows = await eventRows(tables, `${where} ORDER BY profile, timestamp, id`);
  const events = Map.groupBy(rows, ({ profile }) => profile);
  return new Map(
    [...profiles].map(([ordinal, profile]) => {
      const xEvent = events.get(ordinal)?.map(({ event }) => event);
      return [ordinal, xEvent === undefined ? profile : { ...profile, xEvent }];
    }),
  );
}

/** An event of a profile. */
export interface OwnedEvent {
  readonly profile: number;
  /** The change of the tables that brought it. */
  readonly revision: number;
  readonly event: Document;
}

/** All events of some profiles, in the order in which they were stored. */
export async function readHistories(tables: ReadableTables, ordinals: readonly number[]): Promise<readonly OwnedEvent[]> {
  if (ordinals.length === 0) return [];
  return await eventRows(tables, `profile IN ${literal(ordinals)} ORDER BY revision, timestamp, id`);
}

/** Events of some profiles that came with a change of the tables or a later one, in the order in which they were stored. */
export async function readEventsSince(
  tables: ReadableTables,
  ordinals: readonly number[],
  revision: number,
): Promise<readonly OwnedEvent[]> {
  if (ordinals.length === 0) return [];
  const recent = tables.recentEvents(revision);
  if (recent !== null) return recentRows(tables, new Set(ordinals), recent);
  return await eventRows(tables, `revision >= ${literal(revision)} AND profile IN ${literal(ordinals)} ORDER BY revision, timestamp, id`);
}

/** Profiles, those with the latest event first and those without events last; at most so many. */
export async function readRecent({ clickhouse }: ReadableTables, limit: number): Promise<readonly number[]> {
  const [profiles = []] = await queryColumns(
    clickhouse,
    `SELECT profile FROM (SELECT profile, timestamp AS at FROM events UNION ALL SELECT profile, fromUnixTimestamp64Milli(0, 'UTC') FROM identities)
     GROUP BY profile ORDER BY max(at) DESC, profile LIMIT ${literal(limit)}`,
  );
  return profiles as number[];
}

/** Profiles but for some, at most so many. */
export async function readRest(
  { clickhouse }: ReadableTables,
  without: { has(profile: number): boolean },
  limit: number,
): Promise<readonly number[]> {
  const bytes = await clickhouse.bytes('SELECT DISTINCT profile FROM identities ORDER BY profile', 'RowBinary');
  // Copied: the numbers need not begin where the answer does.
  const profiles = new Uint32Array(bytes.slice().buffer);
  const found: number[] = [];
  for (let from = 0; from < profiles.length && found.length < limit; from += SLICE) {
    for (const profile of profiles.subarray(from, from + SLICE)) if (!without.has(profile)) found.push(profile);
    await new Promise(setImmediate);
  }
  return found.slice(0, limit);
}

/** How many profiles there are. */
export async function countProfiles(tables: ReadableTables): Promise<number> {
  return await count(tables, 'SELECT uniqExact(profile) AS total FROM identities');
}

/** How many events there are. */
export async function countEvents(tables: ReadableTables): Promise<number> {
  return await count(tables, 'SELECT count() AS total FROM events');
}

async function count(tables: ReadableTables, sql: string): Promise<number> {
  const [row] = await tables.clickhouse.query<{ total: string }>(sql);
  return Number(row?.total ?? 0);
}

async function eventRows(tables: ReadableTables, where: string): Promise<OwnedEvent[]> {
  const { names, document } = reader(tables, 'events');
  const [profiles = [], revisions = [], ids = [], times = [], types = [], ...values] = await queryColumns(
    tables.clickhouse,
    `SELECT profile, revision, id, toUnixTimestamp64Milli(timestamp), eventType${selected(names)} FROM events WHERE ${where}`,
  );
  // One row for all: what is read from it is kept.
  const row: Record<string, unknown> = {};
  return profiles.map((profile, index) => {
    for (const [place, name] of names.entries()) row[name] = values[place]?.[index];
    const event = eventOf(ids[index] as string, Number(times[index]), types[index] as string, document(row));
    return { profile: profile as number, revision: Number(revisions[index]), event };
  });
}

/** What `eventRows` would read of events that are kept as they were written. */
function recentRows(tables: ReadableTables, ordinals: ReadonlySet<number>, recent: readonly StoredEvents[]): OwnedEvent[] {
  const { document } = reader(tables, 'events');
  return recent.flatMap(({ revision, chunk, profiles }) => {
    const columns = readColumns(chunk.body, [...EVENT_KEYS, ...chunk.columns], chunk.rows);
    const [ids, times, types] = EVENT_KEYS.map(({ name }) => columns.get(name) ?? []) as [string[], number[], string[]];
    const fields = chunk.columns.map(({ name }) => [name, columns.get(name) ?? []] as const);
    const row: Record<string, unknown> = {};
    const owned = [...chunk.personOfRow.entries()].flatMap(([index, person]) => {
      const profile = profiles[person] as number;
      if (!ordinals.has(profile)) return [];
      for (const [name, values] of fields) row[name] = values[index];
      return [{ profile, revision, event: eventOf(ids[index] as string, times[index] as number, types[index] as string, document(row)) }];
    });
    return owned.toSorted((one, other) => byTimeAndId(one.event, other.event));
  });
}

function eventOf(id: string, timestamp: number, type: string, fields: Document): Document {
  return { _id: id, timestamp: instantText(timestamp), ...(type === '' ? {} : { eventType: type }), ...fields };
}

/** Columns of profiles that come from records. */
export function storedColumns(tables: Pick<ReadableTables, 'layout'>): readonly Column[] {
  return [...tables.layout('profiles').columns.values()].filter((column) => !isScore(column));
}

function reader(
  tables: ReadableTables,
  table: Table,
  columns: readonly Column[] = [...tables.layout(table).columns.values()],
): { readonly names: readonly string[]; readonly document: (row: Row) => Document } {
  return {
    names: columns.map(({ name }) => name),
    document: documentReader(table === 'events' ? tables.schema.event : tables.schema.profile, columns),
  };
}

function selected(names: readonly string[]): string {
  return names.map((name) => `, ${identifier(name)}`).join('');
}

/** The `identityMap` of a document. */
function identityMap(identities: readonly ProfileIdentity[]): Document {
  const groups = Map.groupBy(identities, ({ namespace }) => namespace);
  return Object.fromEntries(
    [...groups].map(([namespace, list]) => [namespace, list.map(({ id, primary }) => (primary ? { id, primary } : { id }))]),
  );
}
