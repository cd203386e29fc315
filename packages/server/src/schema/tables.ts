/** The tables in ClickHouse: made once, widened online when the first value of a path arrives. */
import type { ObjectType } from '@kindred/pql';
import type { ClickHouse } from '../store/index.ts';
import { DURABLE, identifier, literal } from '../store/index.ts';
import { SchemaError } from './errors.ts';
import type { Column, Shelf, Table } from './layout.ts';
import { columnsOf, Layout } from './layout.ts';

/** A part with less than this, in bytes, is one file: four files for each of a hundred columns make an insert slow. */
const FEW_FILES = `min_bytes_for_wide_part = ${256 * 1024 * 1024}`;

/** Every rule with a window of time reads these: they take a fifth of the time that Delta and ZSTD take, and no more room. */
const TIMES = 'CODEC(T64, LZ4)';
/** Small numbers next to one another. */
const NUMBERS = 'CODEC(T64, LZ4)';

const STATEMENTS = [
  `CREATE TABLE IF NOT EXISTS events (
    profile UInt32, identity UInt32 DEFAULT profile, eventType LowCardinality(String), timestamp DateTime64(3, 'UTC') ${TIMES},
    id String CODEC(ZSTD(1)), idHash UInt64 MATERIALIZED sipHash64(id), dataset LowCardinality(String), revision UInt64 ${NUMBERS}
  ) ENGINE = MergeTree ORDER BY (eventType, profile, timestamp) SETTINGS ${DURABLE}, ${FEW_FILES}`,
  // Tables made before they had these.
  `ALTER TABLE events ADD COLUMN IF NOT EXISTS revision UInt64 ${NUMBERS}`,
  // What came last lies in small parts until they are merged: it is found without reading the rest.
  'ALTER TABLE events ADD INDEX IF NOT EXISTS revisions revision TYPE minmax GRANULARITY 1',
  'ALTER TABLE events ADD COLUMN IF NOT EXISTS identity UInt32 DEFAULT profile AFTER profile',
  // No field can have such a name. Filled where a record has several identities: all of them, by number and by namespace.
  'ALTER TABLE events ADD COLUMN IF NOT EXISTS `identity#numbers` Array(UInt32) AFTER identity',
  'ALTER TABLE events ADD COLUMN IF NOT EXISTS `identity#namespaces` Array(LowCardinality(String)) AFTER `identity#numbers`',
  'ALTER TABLE events ADD COLUMN IF NOT EXISTS `batch#id` LowCardinality(String) AFTER dataset',
  `ALTER TABLE events ADD COLUMN IF NOT EXISTS \`received#time\` DateTime64(3, 'UTC') ${TIMES} AFTER \`batch#id\``,
  `ALTER TABLE events MODIFY COLUMN timestamp DateTime64(3, 'UTC') ${TIMES}`,
  `CREATE TABLE IF NOT EXISTS fragments (
    profile UInt32, identity UInt32 DEFAULT profile, dataset LowCardinality(String), time DateTime64(3, 'UTC'), content UInt64
  ) ENGINE = MergeTree ORDER BY (profile, time) SETTINGS ${DURABLE}`,
  'ALTER TABLE fragments ADD COLUMN IF NOT EXISTS identity UInt32 DEFAULT profile AFTER profile',
  'ALTER TABLE fragments ADD COLUMN IF NOT EXISTS `batch#id` LowCardinality(String) AFTER dataset',
  `ALTER TABLE fragments ADD COLUMN IF NOT EXISTS \`received#time\` DateTime64(3, 'UTC') ${TIMES} AFTER \`batch#id\``,
  `CREATE TABLE IF NOT EXISTS profiles (profile UInt32, version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY profile
    SETTINGS ${DURABLE}`,
  `CREATE TABLE IF NOT EXISTS identities (
    profile UInt32, namespace LowCardinality(String), id String
  ) ENGINE = ReplacingMergeTree ORDER BY (profile, namespace, id) SETTINGS ${DURABLE}`,
  `CREATE TABLE IF NOT EXISTS memberships (
    audience String, version UInt64, evaluated DateTime64(3, 'UTC'), members AggregateFunction(groupBitmap, UInt32)
  ) ENGINE = ReplacingMergeTree(version) ORDER BY audience SETTINGS ${DURABLE}`,
  `CREATE TABLE IF NOT EXISTS membership_changes (
    audience String, version UInt64, evaluated DateTime64(3, 'UTC'),
    entered AggregateFunction(groupBitmap, UInt32), exited AggregateFunction(groupBitmap, UInt32)
  ) ENGINE = MergeTree ORDER BY (audience, evaluated) SETTINGS ${DURABLE}`,
  `CREATE TABLE IF NOT EXISTS audience_records (
    audience LowCardinality(String), generation UInt32, number UInt32, part UInt32, id String, payload String CODEC(ZSTD(1))
  ) ENGINE = MergeTree ORDER BY (audience, generation, id) SETTINGS ${DURABLE}`,
  `CREATE TABLE IF NOT EXISTS scores (
    run String, profile UInt32, version UInt32, scored DateTime64(3, 'UTC'), margin Float32, probability Float32, score UInt8,
    percentile UInt8, bucket LowCardinality(String), codes Array(LowCardinality(String)), labels Array(LowCardinality(String)),
    texts Array(String), importances Array(LowCardinality(String)), contributions Array(Float32), revision UInt64, gone Bool
  ) ENGINE = ReplacingMergeTree(revision) PARTITION BY run ORDER BY profile SETTINGS ${DURABLE}, ${FEW_FILES}`,
  // What was said of some people, until it is known whether it came.
  `CREATE TABLE IF NOT EXISTS score_samples (run String, profile UInt32, probability Float32, bucket LowCardinality(String))
    ENGINE = MergeTree PARTITION BY run ORDER BY profile SETTINGS ${DURABLE}, ${FEW_FILES}`,
  // Folders made before scores were refreshed one by one; there, what a refresh has replaced stays until the next run.
  'ALTER TABLE scores ADD COLUMN IF NOT EXISTS revision UInt64, ADD COLUMN IF NOT EXISTS gone Bool',
  // Folders made before changes had the number of the members they led to.
  'ALTER TABLE membership_changes ADD COLUMN IF NOT EXISTS version UInt64 AFTER audience',
  // And before they had a place in the log of all, and causes: of those in `about#…` theirs, of all others one.
  'ALTER TABLE membership_changes ADD COLUMN IF NOT EXISTS offset UInt64, ADD COLUMN IF NOT EXISTS rule UInt64',
  "ALTER TABLE membership_changes ADD COLUMN IF NOT EXISTS cause LowCardinality(String) DEFAULT 'evaluation'",
  `ALTER TABLE membership_changes ADD COLUMN IF NOT EXISTS \`about#profiles\` Array(UInt32),
    ADD COLUMN IF NOT EXISTS \`about#causes\` Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS \`about#times\` Array(DateTime64(3, 'UTC')), ADD COLUMN IF NOT EXISTS \`about#events\` Array(String)`,
  'ALTER TABLE membership_changes ADD INDEX IF NOT EXISTS offsets offset TYPE minmax GRANULARITY 1',
];

/** Which tables hold the columns of a layout. */
const HOLDERS: Readonly<Record<Shelf, readonly string[]>> = {
  events: ['events'],
  profiles: ['fragments', 'profiles'],
  // Made with all the columns they can have.
  lookups: [],
};

/** Makes the tables that are missing. Safe to repeat. */
export async function ensureTables(clickhouse: ClickHouse): Promise<void> {
  for (const statement of STATEMENTS) await clickhouse.command(statement);
}

/**
 * The columns that exist now. The type in the table wins where the schema asks for another way to store the same
 * values (a string that got an enum later). Throws SchemaError when the values themselves would differ.
 */
export async function loadLayout(clickhouse: ClickHouse, table: Table, type: ObjectType): Promise<Layout> {
  const existing = await clickhouse.query<{ name: string; type: string }>(
    `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = ${literal(table)}`,
  );
  const types = new Map(existing.map((column) => [column.name, column.type]));
  const columns: Column[] = [];
  for (const column of columnsOf(table, type)) {
    const chType = types.get(column.name);
    if (chType === undefined) continue;
    if (plain(chType) !== plain(column.chType)) throw changed(column, chType);
    columns.push({ ...column, chType });
  }
  return new Layout(table, columns);
}

/** Adds the columns that the layout lacks, without stopping readers or writers, and returns the wider layout. */
export async function addColumns(clickhouse: ClickHouse, layout: Layout, columns: Iterable<Column>): Promise<Layout> {
  const missing = [...columns].filter((column) => !layout.has(column.name));
  if (missing.length === 0) return layout;
  const additions = missing.map((column) => `ADD COLUMN IF NOT EXISTS ${identifier(column.name)} ${column.chType}`).join(', ');
  for (const holder of HOLDERS[layout.table]) await clickhouse.command(`ALTER TABLE ${holder} ${additions}`);
  return layout.with(missing);
}

function plain(chType: string): string {
  return chType.replace('LowCardinality(Nullable(String))', 'Nullable(String)');
}

function changed(column: Column, chType: string): SchemaError {
  return new SchemaError({
    code: 'SCHEMA_TYPE_CHANGED',
    message: `the field ${column.name} is stored as ${chType}, but the schema now asks for ${column.chType}`,
    hint: 'The type of a field with data cannot change. Give the field its old type, or add a field under another name.',
  });
}
