/** What can go wrong in a store, told in one form whichever engine is behind it. */

/**
 * - `query`: the statement is wrong or the data does not fit (a bug of ours, or user SQL)
 * - `cancelled`: stopped by its AbortSignal
 * - `timeout`: ran longer than `max_execution_time`
 * - `unavailable`: the engine cannot be reached, or refuses us
 * - `locked`: another process has the data
 * - `disk-full`: no space left where the data lies
 * - `memory`: the engine's memory limit was reached
 */
export type StoreErrorCode = 'query' | 'cancelled' | 'timeout' | 'unavailable' | 'locked' | 'disk-full' | 'memory';

export interface StoreErrorDetails {
  readonly code: StoreErrorCode;
  readonly message: string;
  /** ClickHouse's own error number, 0 when the error did not come from the engine. */
  readonly clickhouseCode?: number;
  /** The statement, shortened. */
  readonly sql?: string;
  readonly cause?: unknown;
}

/** A failed store operation. `hint` says what to do about it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly clickhouseCode: number;
  readonly sql: string;
  readonly hint: string;

  constructor(details: StoreErrorDetails) {
    super(details.message, { cause: details.cause });
    this.code = details.code;
    this.clickhouseCode = details.clickhouseCode ?? 0;
    this.sql = shorten(details.sql ?? '');
    this.hint = HINTS[details.code];
  }
}

const HINTS: Readonly<Record<StoreErrorCode, string>> = {
  query: 'The statement was refused; the message says where.',
  cancelled: 'The query was stopped on request.',
  timeout: 'Narrow the question, or raise max_execution_time.',
  unavailable: 'Check that the server is running and that its URL, user and password are right.',
  locked: 'Stop the other process, or choose another data folder with KINDRED_DATA.',
  'disk-full': 'Free space on the disk of the data folder (KINDRED_DATA) and try again; nothing acknowledged is lost.',
  memory: 'Narrow the question, or give the process more memory.',
};

/** SQLSTATE of PostgreSQL. */
const DISK_FULL = '53100';

/** Whether an error of any store, or of the file system, says that the disk is full. LMDB gives no code, only words. */
export function isDiskFull(error: unknown): boolean {
  if (error instanceof StoreError) return error.code === 'disk-full';
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return code === DISK_FULL || /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/.test(`${String(code)} ${error.message}`);
}

const LONGEST_SQL = 500;

function shorten(sql: string): string {
  return sql.length <= LONGEST_SQL ? sql : `${sql.slice(0, LONGEST_SQL)} … (${sql.length} characters)`;
}
