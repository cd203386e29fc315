/** Which profiles have an identity of which namespace. */
import type { ClickHouse } from '../store/index.ts';
import { literal } from '../store/index.ts';
import type { Bitmap } from './bitmap/index.ts';

/** @param select the one bitmap that a SELECT yields */
export async function profilesByNamespace(
  clickhouse: ClickHouse,
  select: (sql: string) => Promise<Bitmap>,
): Promise<ReadonlyMap<string, Bitmap>> {
  const rows = await clickhouse.query<{ namespace: string }>('SELECT DISTINCT namespace FROM identities ORDER BY namespace');
  const bitmaps = rows.map(async ({ namespace }) => {
    const sql = `SELECT groupBitmapState(profile) AS members FROM identities WHERE namespace = ${literal(namespace)}`;
    return [namespace, await select(sql)] as const;
  });
  return new Map(await Promise.all(bitmaps));
}
