/** ClickHouse over the sessions of an engine: takes turns, cancels, reads rows, tells errors. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { ClickHouse, QueryOptions } from './clickhouse.ts';
import type { Engine, Session, Statement } from './clickhouse-engine.ts';
import { storeError } from './clickhouse-errors.ts';
import { StoreError } from './errors.ts';
import { slots } from './slots.ts';
import { identifier } from './sql.ts';

export function pooled(engine: Engine): ClickHouse {
  const pool = slots(engine.sessions, () => new StoreError({ code: 'unavailable', message: 'ClickHouse is closed' }));

  async function perform<R>(sql: string, options: QueryOptions, work: (session: Session, statement: Statement) => Promise<R>): Promise<R> {
    const statement: Statement = {
      sql,
      settings: options.settings ?? {},
      marker: `kindred-${randomUUID()}`,
      large: options.large ?? false,
    };
    const { signal, urgent } = options;
    try {
      return await pool.use((session) => stoppable({ engine, marker: statement.marker, signal }, () => work(session, statement)), {
        signal,
        urgent,
      });
    } catch (error) {
      throw storeError(error, { sql, cancelled: signal?.aborted === true });
    }
  }

  return {
    async query<Row>(sql: string, options: QueryOptions = {}) {
      return rows<Row>(await perform(sql, options, (session, statement) => session.read(statement, 'JSONEachRow')));
    },
    bytes: (sql, format, options = {}) => perform(sql, options, (session, statement) => session.read(statement, format)),
    command: (sql, options = {}) => perform(sql, options, (session, statement) => session.run(statement)),
    insert: (table, columns, format, data, options = {}) => {
      const into = `${identifier(table)} (${columns.map(identifier).join(', ')})`;
      const sql = `INSERT INTO ${into} FORMAT ${format}`;
      return perform(sql, options, (session, statement) => session.insert(statement, { into, format }, data));
    },
    async close() {
      await pool.drain();
      await engine.close();
    },
  };
}

interface Stoppable {
  readonly engine: Engine;
  readonly marker: string;
  readonly signal: AbortSignal | undefined;
}

/** First and longest pause between two attempts to kill a query, in ms. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 500;

/**
 * Runs the work, and on abort kills its query until the work has ended: one attempt may come before the engine
 * has registered the query. Settles only when the engine is done, so the session is free for the next one.
 */
async function stoppable<R>({ engine, marker, signal }: Stoppable, work: () => Promise<R>): Promise<R> {
  if (signal === undefined) return work();
  // It can have aborted between the turn being given and taken.
  signal.throwIfAborted();
  const ended = new AbortController();
  const stop = async (): Promise<void> => {
    for (let pause = FIRST_PAUSE; !ended.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      // A kill that fails (server gone) is tried again; the query's own error tells what happened.
      await engine.kill(marker).catch(() => undefined);
      await setTimeout(pause, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  };
  const onAbort = (): void => void stop();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work();
  } finally {
    ended.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

const NEWLINE = 0x0a;

/** One JSON object a line; parsed line by line, since the whole can exceed the longest string of JavaScript. */
function rows<Row>(bytes: Uint8Array): Row[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const result: Row[] = [];
  for (let start = 0; start < buffer.length;) {
    const newline = buffer.indexOf(NEWLINE, start);
    const end = newline === -1 ? buffer.length : newline;
    if (end > start) result.push(JSON.parse(buffer.toString('utf8', start, end)) as Row);
    start = end + 1;
  }
  return result;
}
