/** What the writer tells its test. */
export interface Found {
  /** Numbers of the batches that are whole. */
  readonly clickhouse: readonly number[];
  readonly postgres: readonly number[];
  readonly lmdb: readonly number[];
  /** Batches of ClickHouse that are there in part. */
  readonly partial: number;
}

export const BATCH_ROWS = 100;
