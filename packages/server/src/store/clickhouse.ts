/** The one face of ClickHouse, embedded or over HTTP. */
import type { Readable } from 'node:stream';

export type Settings = Readonly<Record<string, string | number | boolean>>;

export interface QueryOptions {
  readonly settings?: Settings;
  /** Really stops the query in the engine (KILL QUERY), not only the waiting for it. */
  readonly signal?: AbortSignal;
  /** Goes before all queries that wait for their turn; for what must be quick under load. */
  readonly urgent?: boolean;
  /** The raw answer may be many megabytes: it is read part by part, whose planning holds up the thread of the server. */
  readonly large?: boolean;
}

export interface ClickHouse {
  /** Rows as objects; 64-bit integers arrive as strings. Throws StoreError. */
  query<Row>(sql: string, options?: QueryOptions): Promise<Row[]>;
  /** The raw result in the given format, for example RowBinary. */
  bytes(sql: string, format: string, options?: QueryOptions): Promise<Uint8Array>;
  /** A statement without a result (DDL, INSERT … SELECT). */
  command(sql: string, options?: QueryOptions): Promise<void>;
  /**
   * Sends data in a format (Native, RowBinary, JSONEachRow) into the columns of a table; durable on return when the
   * table has DURABLE settings. Large data goes in block by block: a failure can leave the first blocks behind.
   */
  insert(table: string, columns: readonly string[], format: string, data: Uint8Array | Readable, options?: QueryOptions): Promise<void>;
  close(): Promise<void>;
}

/** Table settings of every MergeTree table we own: an acknowledged insert survives a loss of power. Costs 2–10 ms an insert. */
export const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1';
