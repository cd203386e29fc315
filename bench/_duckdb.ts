/** DuckDB in process over rows that ClickHouse wrote as Parquet files. */
import { DuckDBInstance } from '@duckdb/node-api';

export interface Duck {
  /** The one number that a SELECT yields. */
  readonly number: (sql: string) => Promise<number>;
  readonly run: (sql: string) => Promise<void>;
  readonly close: () => void;
}

/** @param path of the database file */
export async function openDuck(path: string): Promise<Duck> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  return {
    async number(sql) {
      const reader = await connection.runAndReadAll(sql);
      return Number(reader.getRows()[0]?.[0]);
    },
    async run(sql) {
      await connection.run(sql);
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
