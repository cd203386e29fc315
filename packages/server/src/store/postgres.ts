/** PostgreSQL: PGlite in this process, or a server. One dialect of SQL, one set of migrations. */
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import { Pool, TypeOverrides } from 'pg';
import type { Database } from './database.ts';
import { StoreError, isDiskFull } from './errors.ts';
import { migrate } from './migrate.ts';
import { openPGlite } from './pglite.ts';

export interface PostgresOptions {
  /** Folder of PGlite. */
  readonly path: string;
  /** A server to use instead, `postgresql://user:password@host:5432/database`. */
  readonly url?: string | undefined;
}

/** Opens the database and brings its tables up to date. Throws StoreError. */
export async function openPostgres(options: PostgresOptions): Promise<Kysely<Database>> {
  const db = new Kysely<Database>({ dialect: options.url === undefined ? await embedded(options.path) : server(options.url) });
  try {
    await migrate(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw postgresError(error);
  }
}

async function embedded(path: string): Promise<PGliteDialect> {
  try {
    return new PGliteDialect({ pglite: await openPGlite(path) });
  } catch (error) {
    throw postgresError(error);
  }
}

/** How long to wait for a server, in ms. */
const CONNECT_TIMEOUT = 10_000;
const CONNECTIONS = 10;

/** bigint and numeric arrive as text by default; our bigints are counts below 2^53. */
const INT8 = 20;

function server(url: string): PostgresDialect {
  const types = new TypeOverrides();
  types.setTypeParser(INT8, Number);
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    application_name: 'kindred',
    types,
  });
  // An idle connection that breaks is replaced on next use; without a listener the process would end.
  pool.on('error', () => undefined);
  return new PostgresDialect({ pool });
}

const OUT_OF_MEMORY = '53200';
const CANCELLED = '57014';
/** Classes of SQLSTATE: connection exception, invalid authorization, operator intervention. */
const UNAVAILABLE = /^(?:08|28|57P|53300|3D000)/;

export function postgresError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = messageOf(error);
  const state = (error as { readonly code?: string } | undefined)?.code ?? '';
  return new StoreError({
    code: isDiskFull(error) ? 'disk-full' : classify(state, message),
    message: `PostgreSQL: ${message}`,
    cause: error,
  });
}

function classify(state: string, message: string): StoreError['code'] {
  if (state === OUT_OF_MEMORY) return 'memory';
  if (state === CANCELLED) return 'cancelled';
  if (UNAVAILABLE.test(state) || /^E[A-Z_]+$/.test(state) || /timeout|terminated/i.test(message)) return 'unavailable';
  return 'query';
}

/** A name that resolves to several addresses fails with one error per address and no message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
