/**
 * The log of all records that came in as a stream: what is acknowledged is in it, and what reads it has a place of its own.
 * One face, so that a log in a broker can take the place of the embedded one.
 */

/** Records appended together. */
export interface LogEntry {
  /** Of the first record. */
  readonly offset: number;
  readonly count: number;
  /** UTF-8, one record a line. */
  readonly lines: Uint8Array;
}

/** A reader that the log keeps records for until it has committed them. */
export interface LogConsumer {
  readonly name: string;
  /** The first offset that it has not committed. */
  readonly position: number;
  /** Everything below the offset is done. The offset is that of an entry, or the end of the log. Safe to repeat. */
  commit(offset: number): Promise<void>;
}

export interface EventLog {
  /** The offset the next record gets. */
  readonly end: number;
  /** The first offset that is still there. */
  readonly start: number;
  /**
   * Appends records, which are lines without a line break; gives the offset of the first. On disk on return, all or
   * none of them. Throws StoreError.
   */
  append(records: readonly string[]): Promise<number>;
  /** Entries from an offset on: at least one when there is any, and no more than `bytes` otherwise. */
  read(from: number, bytes: number): readonly LogEntry[];
  /** Resolves when there are records at or after the offset, or when the signal aborts. */
  waitFor(offset: number, signal: AbortSignal): Promise<void>;
  /** The consumer of that name; a new one begins with the first record still there. */
  consumer(name: string): Promise<LogConsumer>;
  /** Removes what every consumer has committed. */
  trim(): Promise<void>;
  /** Waits for appends under way. */
  close(): Promise<void>;
}
