/** Answers column by column: of many rows they are read in half the time, and no object is made for each. */
import type { ClickHouse, QueryOptions } from './clickhouse.ts';

const NEWLINE = 0x0a;
const TAB = 0x09;
const COMMA = 0x2c;

/**
 * The values of each column that a query selects, in its order; all of one length, as JSON has them: 64-bit integers and times are text.
 * Throws StoreError.
 */
export async function queryColumns(
  clickhouse: ClickHouse,
  sql: string,
  options: QueryOptions = {},
): Promise<readonly (readonly unknown[])[]> {
  const bytes = await clickhouse.bytes(sql, 'JSONCompactColumns', options);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const columns: (readonly unknown[])[] = [];
  // Each on a line of its own, between brackets. Parsed one by one, since the whole can exceed the longest string of JavaScript.
  for (let start = 0; start < buffer.length;) {
    const newline = buffer.indexOf(NEWLINE, start);
    const end = newline === -1 ? buffer.length : newline;
    if (buffer[start] === TAB) {
      const last = buffer[end - 1] === COMMA ? end - 1 : end;
      columns.push(JSON.parse(buffer.toString('utf8', start, last)) as readonly unknown[]);
    }
    start = end + 1;
  }
  return columns;
}
