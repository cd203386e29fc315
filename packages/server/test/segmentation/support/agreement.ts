/** What must hold of every audience at any time: its members, its log of changes and its history of sizes agree. */
import type { Kysely } from 'kysely';
import type { ClickHouse, Database } from '../../../src/store/index.ts';
import { literal } from '../../../src/store/index.ts';
import { Bitmap, fromState } from '../../../src/segmentation/bitmap/index.ts';

export interface Agreement {
  readonly audiences: number;
  readonly evaluations: number;
  /** What does not agree, in words. */
  readonly problems: readonly string[];
}

export async function checkAgreement(clickhouse: ClickHouse, db: Kysely<Database>): Promise<Agreement> {
  const definitions = await db.selectFrom('segment_definitions').select('id').where('deleted_at', 'is', null).execute();
  const sizes = Map.groupBy(await db.selectFrom('segment_sizes').selectAll().orderBy('evaluated_at').execute(), (row) => row.definition_id);
  const problems: string[] = [];
  let evaluations = 0;
  for (const { id } of definitions) {
    const members = await membersOf(clickhouse, id);
    const log = await logOf(clickhouse, id);
    const history = sizes.get(id) ?? [];
    evaluations += log.length;
    const folded = log.reduce((set, { entered, exited }) => set.or(entered).andNot(exited), Bitmap.empty);
    if (!folded.equals(members)) problems.push(`${id}: the log leads to ${folded.size} members, there are ${members.size}`);
    if ((history.at(-1)?.size ?? 0) !== members.size) problems.push(`${id}: the size is ${history.at(-1)?.size}, not ${members.size}`);
    const [logged, sized] = [log.map(({ evaluated }) => evaluated), history.map(({ evaluated_at }) => evaluated_at.getTime())];
    if (JSON.stringify(logged) !== JSON.stringify(sized)) problems.push(`${id}: changes at ${logged.join()}, sizes at ${sized.join()}`);
  }
  return { audiences: definitions.length, evaluations, problems };
}

async function membersOf(clickhouse: ClickHouse, audience: string): Promise<Bitmap> {
  const sql = `SELECT groupBitmapMergeState(members) FROM memberships FINAL WHERE audience = ${literal(audience)}`;
  return fromState(await clickhouse.bytes(sql, 'RowBinary'));
}

interface Logged {
  readonly evaluated: number;
  readonly entered: Bitmap;
  readonly exited: Bitmap;
}

async function logOf(clickhouse: ClickHouse, audience: string): Promise<readonly Logged[]> {
  const rows = await clickhouse.query<{ evaluated: string; entered: number[]; exited: number[] }>(
    `SELECT toUnixTimestamp64Milli(evaluated) AS evaluated, bitmapToArray(entered) AS entered, bitmapToArray(exited) AS exited
     FROM membership_changes WHERE audience = ${literal(audience)} ORDER BY version`,
  );
  return rows.map((row) => ({ evaluated: Number(row.evaluated), entered: Bitmap.of(row.entered), exited: Bitmap.of(row.exited) }));
}
