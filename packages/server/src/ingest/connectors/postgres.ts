/** Rows of a table or query in PostgreSQL, by a column that grows: an id, a time of change. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { Client } from 'pg';
import { z } from 'zod';
import type { Connector, Portion } from './connector.ts';
import { ConnectorError } from './connector.ts';

const settings = z
  .strictObject({
    url: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'the address begins with postgresql://')
      .describe('postgresql://user:password@host:5432/database'),
    table: z.string().min(1).optional().describe('A table, also with its schema: public.orders'),
    query: z.string().min(1).optional().describe('A SELECT, instead of a table'),
    cursorColumn: z.string().min(1).describe('A column that only grows, such as an id or a time of change'),
    rows: z.number().int().min(1).max(1_000_000).default(50_000).describe('Rows that are imported together'),
  })
  .refine(({ table, query }) => (table === undefined) !== (query === undefined), 'give either table or query');
type PostgresSettings = z.output<typeof settings>;

/** The last value of the column that is stored, as text. */
interface After {
  readonly after: string;
}

export const postgres: Connector<PostgresSettings> = {
  kind: 'postgresql',
  title: 'PostgreSQL',
  description: 'New rows of a table or query, by a column that grows. Rows become CSV records with the names of the columns.',
  settings,
  secrets: ['url'],
  async check(given) {
    await connected(given, async (client) => {
      await client.query(`SELECT ${quoted(given.cursorColumn)} FROM ${rowsOf(given)} LIMIT 0`);
    });
  },
  async *fetch(given, cursor, { spool, signal }) {
    let after = (cursor as After | null)?.after ?? null;
    for (let page = 1; !signal.aborted; page++) {
      const path = join(spool, `${page}.csv`);
      const read = await connected(given, async (client) => await readPage(client, given, { after, path }));
      if (read === null) return;
      const name = `${given.cursorColumn} ${after === null ? 'up' : `after ${after}, up`} to ${read.last}`;
      yield { name, source: { kind: 'file', path, format: 'csv' }, cursor: { after: read.last } satisfies After } satisfies Portion;
      after = read.last;
      if (!read.more) return;
    }
  },
};

interface Page {
  /** The greatest value of the column that is in it. */
  readonly last: string;
  readonly more: boolean;
}

/**
 * Writes the next rows as CSV; null when there are none. Rows that share a value of the column stay together, since the next page begins
 * after the value.
 */
async function readPage(
  client: Client,
  given: PostgresSettings,
  { after, path }: { readonly after: string | null; readonly path: string },
): Promise<Page | null> {
  const column = quoted(given.cursorColumn);
  const where = after === null ? `${column} IS NOT NULL` : `${column} > $1`;
  const values = after === null ? [] : [after];
  const bound = await client.query<{ last: string | null; more: 't' | 'f' }>(
    `SELECT max(c)::text AS last, count(*) > ${given.rows} AS more FROM (SELECT ${column} AS c FROM ${rowsOf(given)} WHERE ${where} ORDER BY 1 LIMIT ${given.rows + 1}) AS page`,
    values,
  );
  const { last = null, more } = bound.rows[0] ?? {};
  if (last === null) return null;
  const until = `${where} AND ${column} <= $${values.length + 1}`;
  const result = await client.query({
    text: `SELECT * FROM ${rowsOf(given)} WHERE ${until} ORDER BY ${column}`,
    values: [...values, last],
    rowMode: 'array',
  });
  await writeCsv(path, [result.fields.map(({ name }) => name), ...(result.rows as (string | null)[][])]);
  return { last, more: more === 't' };
}

async function writeCsv(path: string, records: readonly (readonly (string | null)[])[]): Promise<void> {
  const file = createWriteStream(path);
  for (const record of records) if (!file.write(`${record.map(cell).join(',')}\n`)) await once(file, 'drain');
  file.end();
  await finished(file);
}

const cell = (value: string | null): string => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const rowsOf = ({ table = '', query }: PostgresSettings): string =>
  query === undefined ? table.split('.').map(quoted).join('.') : `(${query.replace(/;\s*$/, '')}) AS source_rows`;

const [TIMESTAMP, TIMESTAMPTZ] = [1114, 1184];

/** Values as the database writes them, but times as ISO 8601; those with a zone are in UTC here. */
function textOf(type: number): (value: string) => string {
  if (type === TIMESTAMP) return (value) => value.replace(' ', 'T');
  return type === TIMESTAMPTZ ? (value) => value.replace(' ', 'T').replace(/\+00$/, 'Z') : (value) => value;
}

/** Nothing can be changed. Throws ConnectorError. */
async function connected<T>({ url }: PostgresSettings, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    types: { getTypeParser: textOf },
    connectionTimeoutMillis: 10_000,
    application_name: 'kindred',
  });
  try {
    await client.connect();
    await client.query("SET default_transaction_read_only = on; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'");
    return await work(client);
  } catch (cause) {
    const { code, message } = cause as { readonly code?: string; readonly message: string };
    const isOurs = code === '42P01' || code === '42703' || code === '42601' || code === '22P02';
    throw isOurs
      ? new ConnectorError(
          'source-settings-invalid',
          `The database says: ${message}`,
          'Look at the table or query and at cursorColumn.',
          cause,
        )
      : new ConnectorError(
          'source-unreachable',
          `The database cannot be read: ${message}`,
          'Look at the address, the user and its rights.',
          cause,
        );
  } finally {
    await client.end().catch(() => undefined);
  }
}
