/** What every source that data is fetched from is: one file in this folder, listed in `catalog.ts`. */
import type { z } from 'zod';
import type { SourceDescription } from '../sources/open.ts';

/** How far a source has been read: JSON that only its connector understands. */
export type Cursor = unknown;

/** A piece of the source that is imported as one. */
export interface Portion {
  /** What people call it: the path of a file, a range of rows. */
  readonly name: string;
  readonly source: SourceDescription;
  /** Where reading goes on once the portion is stored. */
  readonly cursor: Cursor;
  /** Where reading goes on when the portion cannot be read at all; left out: it is tried again until it can. */
  readonly skipping?: Cursor;
}

export interface FetchOptions {
  /** A folder for what has to be brought here first; it is empty, and removed afterwards. */
  readonly spool: string;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface Connector<Settings> {
  /** In the API and on the command line. */
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  readonly settings: z.ZodType;
  /** Settings that are never shown again. */
  readonly secrets: readonly string[];
  /** Throws ConnectorError when nothing can be read. */
  check(settings: Settings, signal: AbortSignal): Promise<void>;
  /**
   * What has come since the cursor (null: from the beginning), oldest first; ends when there is no more for now. A portion is asked for when
   * the one before it is stored, so each may come twice and none is left out. Throws ConnectorError.
   */
  fetch(settings: Settings, cursor: Cursor, options: FetchOptions): AsyncGenerator<Portion>;
}

export type ConnectorErrorCode = 'source-unreachable' | 'source-settings-invalid' | 'source-data-invalid';

/** A source that cannot be read. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly code: ConnectorErrorCode;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: ConnectorErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }
}
