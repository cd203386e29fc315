/** Scores as a file, read from the engine in one piece: a million people are some hundred megabytes. */
import { Readable } from 'node:stream';
import type { ClickHouse } from '../store/index.ts';

const FORMATS = { csv: 'CSVWithNames', parquet: 'Parquet' } as const;

export async function scoresFile(
  clickhouse: ClickHouse,
  sql: string,
  format: keyof typeof FORMATS,
  signal: AbortSignal,
): Promise<Readable> {
  return Readable.from([Buffer.from(await clickhouse.bytes(sql, FORMATS[format], { signal }))]);
}
