/** Columns of rows that no record brings, and values that are the same in all rows of a change. */
import type { WrittenColumn } from '../schema/index.ts';
import { Bytes, columnWriter } from '../schema/index.ts';

export const ID: WrittenColumn = { name: 'id', chType: 'String' };
export const DATASET: WrittenColumn = { name: 'dataset', chType: 'LowCardinality(String)' };

/** The batch that a row came with, '' when it came otherwise. */
export const BATCH: WrittenColumn = { name: 'batch#id', chType: 'LowCardinality(String)' };

/** When a row was stored: later than that, nobody can have known less. */
export const RECEIVED: WrittenColumn = { name: 'received#time', chType: "DateTime64(3, 'UTC')" };

/** The change that brought an event: tells what is new since an answer was given. */
export const REVISION: WrittenColumn = { name: 'revision', chType: 'UInt64' };

/** A column with one value in all rows. */
export function sameColumn(column: WrittenColumn, value: string | number, rows: number): Uint8Array {
  const writer = columnWriter(column);
  for (let row = 0; row < rows; row++) writer.set(row, value);
  const bytes = new Bytes(rows * 8 + 1024);
  writer.write(rows, bytes);
  return bytes.take();
}
