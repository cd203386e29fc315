/** ClickHouse over HTTP: one server, or a cluster's load balancer. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseClient, DataFormat } from '@clickhouse/client';
import type { Settings } from './clickhouse.ts';
import { BASE_SETTINGS } from './clickhouse-engine.ts';
import type { Engine, InsertTarget, Session, Statement } from './clickhouse-engine.ts';
import { storeError } from './clickhouse-errors.ts';
import { identifier, literal } from './sql.ts';

export interface HttpOptions {
  /** `http://user:password@host:8123` */
  readonly url: string;
  readonly database: string;
  readonly slots: number;
}

/** Longest silence of the server during one query, in ms. Stop queries with a signal or max_execution_time instead. */
const REQUEST_TIMEOUT = 24 * 60 * 60 * 1000;

export async function openHttp(options: HttpOptions): Promise<Engine> {
  const control = connect(options, 'default', 1);
  try {
    await control.command({ query: `CREATE DATABASE IF NOT EXISTS ${identifier(options.database)}` });
  } catch (error) {
    await control.close();
    throw storeError(error);
  }
  const client = connect(options, options.database, options.slots);
  return {
    sessions: Array.from({ length: options.slots }, () => new HttpSession(client)),
    async kill(marker) {
      await control.command({ query: `KILL QUERY WHERE query_id = ${literal(marker)} ASYNC` });
    },
    async close() {
      await Promise.all([client.close(), control.close()]);
    },
  };
}

function connect({ url, slots }: HttpOptions, database: string, connections: number): ClickHouseClient {
  const { username, password, origin } = new URL(url);
  return createClient({
    url: origin,
    username: decodeURIComponent(username) || 'default',
    password: decodeURIComponent(password),
    database,
    application: 'kindred',
    max_open_connections: Math.min(connections, slots),
    request_timeout: REQUEST_TIMEOUT,
    // Every error is thrown; its log would be a second telling.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      ...BASE_SETTINGS,
      // The status tells of every error only when the server waits for the end of the query.
      wait_end_of_query: 1,
      // A client that is gone wants no answer.
      cancel_http_readonly_queries_on_client_close: 1,
    },
  });
}

/** Nothing but a turn: the server keeps no session between requests. */
class HttpSession implements Session {
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient) {
    this.#client = client;
  }

  async read(statement: Statement, format: string): Promise<Uint8Array> {
    const { query, query_id, clickhouse_settings } = request(statement);
    const { stream } = await this.#client.exec({
      query,
      query_id,
      clickhouse_settings: { ...clickhouse_settings, default_format: format as DataFormat },
    });
    return buffer(stream);
  }

  async run(statement: Statement): Promise<void> {
    await this.#client.command(request(statement));
  }

  async insert(statement: Statement, _target: InsertTarget, data: Uint8Array | Readable): Promise<void> {
    const values = data instanceof Uint8Array ? Readable.from([data], { objectMode: false }) : data;
    const { stream } = await this.#client.exec({ ...request(statement), values });
    stream.resume();
  }
}

interface Request {
  readonly query: string;
  readonly query_id: string;
  readonly clickhouse_settings: Settings;
}

function request({ sql, marker, settings }: Statement): Request {
  return { query: sql, query_id: marker, clickhouse_settings: settings };
}
