/** What the embedded engine and a server each provide; everything else is shared (clickhouse-pool.ts). */
import type { Readable } from 'node:stream';
import type { Settings } from './clickhouse.ts';

export interface Statement {
  readonly sql: string;
  readonly settings: Settings;
  /** Unique; `kill` finds the query by it. */
  readonly marker: string;
  /** The answer is read part by part. */
  readonly large: boolean;
}

/** Runs one statement at a time. */
export interface Session {
  read(statement: Statement, format: string): Promise<Uint8Array>;
  run(statement: Statement): Promise<void>;
  /** `statement.sql` is an INSERT that ends in its FORMAT. */
  insert(statement: Statement, target: InsertTarget, data: Uint8Array | Readable): Promise<void>;
}

export interface InsertTarget {
  /** Quoted already: `` `table` (`a`, `b`) ``. */
  readonly into: string;
  readonly format: string;
}

export interface Engine {
  readonly sessions: readonly Session[];
  /** Asks the engine to stop the query with that marker; resolves before it has stopped. */
  kill(marker: string): Promise<void>;
  close(): Promise<void>;
}

/** Settings of every query, on both engines. */
export const BASE_SETTINGS: Settings = {
  // JSON has no 64-bit integers: as text they arrive whole.
  output_format_json_quote_64bit_integers: 1,
  date_time_input_format: 'best_effort',
  // The answer must not depend on the zone of the machine.
  session_timezone: 'UTC',
  // Generated queries over many audiences are long and deep.
  max_query_size: 64 * 1024 * 1024,
  max_ast_elements: 5_000_000,
  max_expanded_ast_elements: 5_000_000,
};
