/** How large audiences were at their evaluations, in PostgreSQL. */
import type { Kysely } from 'kysely';
import type { Database, MembershipWriteRow, SegmentSizeRow } from '../store/index.ts';

export interface Size {
  /** The instant it is exact for. */
  readonly evaluatedAt: Date;
  readonly size: number;
  /** Version of the rule. */
  readonly version: number;
  readonly tookMs: number;
  readonly revision: number;
}

const MINUTE = 60_000;

/** One entry for each evaluation, oldest first. */
export async function readSizes(db: Kysely<Database>, audience: string): Promise<readonly Size[]> {
  const rows = db.selectFrom('segment_sizes').selectAll().where('definition_id', '=', audience);
  return (await rows.orderBy('evaluated_at').execute()).map(sizeOf);
}

/** The last evaluation of each of the audiences that were evaluated. */
export async function readLastSizes(db: Kysely<Database>, audiences: readonly string[]): Promise<ReadonlyMap<string, Size>> {
  if (audiences.length === 0) return new Map();
  const rows = await db
    .selectFrom('segment_sizes')
    .selectAll()
    .distinctOn('definition_id')
    .where('definition_id', 'in', [...audiences])
    .orderBy('definition_id')
    .orderBy('evaluated_at', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.definition_id, sizeOf(row)]));
}

/** The size follows the members, and the intention is gone with it. */
export async function finishWrites(db: Kysely<Database>, writes: readonly MembershipWriteRow[]): Promise<void> {
  if (writes.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('segment_sizes')
      .values(writes.map(sizeOfWrite))
      .onConflict((conflict) =>
        conflict.columns(['definition_id', 'evaluated_at']).doUpdateSet((is) => ({
          version: is.ref('excluded.version'),
          size: is.ref('excluded.size'),
          took_ms: is.ref('excluded.took_ms'),
          revision: is.ref('excluded.revision'),
        })),
      )
      .execute();
    const ids = writes.map(({ definition_id }) => definition_id);
    await transaction.deleteFrom('membership_writes').where('definition_id', 'in', ids).execute();
  });
}

/** Of the sizes between evaluations of everybody, one a minute stays: the last. */
export async function thinSizes(db: Kysely<Database>, audiences: readonly string[], now: Date): Promise<void> {
  if (audiences.length === 0) return;
  await db
    .deleteFrom('segment_sizes')
    .where('definition_id', 'in', [...audiences])
    .where('took_ms', '=', 0)
    .where('evaluated_at', '>=', new Date(Math.floor(now.getTime() / MINUTE) * MINUTE))
    .where('evaluated_at', '<', now)
    .execute();
}

function sizeOfWrite(write: MembershipWriteRow): SegmentSizeRow {
  const { sequence: _, ...size } = write;
  return size;
}

function sizeOf(row: {
  readonly evaluated_at: Date;
  readonly size: number;
  readonly version: number;
  readonly took_ms: number;
  readonly revision: string;
}): Size {
  return { evaluatedAt: row.evaluated_at, size: row.size, version: row.version, tookMs: row.took_ms, revision: Number(row.revision) };
}
