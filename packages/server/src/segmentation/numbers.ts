/** Numbers of profiles by SQL. */
import type { Value } from '@kindred/pql';
import { evaluateValue } from '@kindred/pql';
import type { ClickHouse } from '../store/index.ts';
import type { Bitmap } from './bitmap/index.ts';
import type { Evaluation } from './evaluation.ts';
import { inRanges } from './ranges.ts';
import type { SqlContext } from './sql/index.ts';
import { numberQuery } from './sql/index.ts';

export interface NumbersOptions {
  readonly evaluation: Evaluation;
  readonly context: SqlContext;
  readonly clickhouse: Pick<ClickHouse, 'bytes'>;
}

/** A row of RowBinary: UInt32 and Float64. */
const ROW = 12;

/** In the order of the profiles, NaN where it is not known; null: not for SQL. Throws StoreError. */
export async function numbersBySql(value: Value, profiles: Bitmap, options: NumbersOptions): Promise<Float64Array | null> {
  const { evaluation, context, clickhouse } = options;
  const { now, zone, universe, signal } = evaluation;
  const query = numberQuery(value, context);
  if (query === null) return null;
  // Who is in no table has neither attributes nor events.
  const nobody = evaluateValue(value, {}, { now, zone, isMember: () => false });
  const ordinals = profiles.toArray();
  // Ordinals are dense, so a place for each up to the last is little more than one for each member.
  const byOrdinal = new Float64Array((ordinals.at(-1) ?? -1) + 1).fill(typeof nobody === 'number' ? nobody : NaN);
  const statements = query.ranged ? inRanges(universe, query.sql(null), query.sql) : [query.sql(null)];
  for (const sql of statements) {
    const bytes = await clickhouse.bytes(sql, 'RowBinary', signal === undefined ? {} : { signal });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.byteLength; at += ROW) {
      const ordinal = view.getUint32(at, true);
      if (ordinal < byOrdinal.length) byOrdinal[ordinal] = view.getFloat64(at + 4, true);
    }
  }
  return Float64Array.from(ordinals, (ordinal) => byOrdinal[ordinal] ?? NaN);
}
