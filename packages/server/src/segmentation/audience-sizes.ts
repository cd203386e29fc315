/** How large audiences were at their evaluations, in PostgreSQL. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Database } from '../store/index.ts';

export interface Size {
  /** The instant it is exact for. */
  readonly evaluatedAt: Date;
  readonly size: number;
  /** Version of the rule. */
  readonly version: number;
  readonly tookMs: number;
  readonly revision: number;
}

export interface SizeHistory {
  /** How many there are. */
  readonly evaluations: number;
  /** Oldest first. */
  readonly sizes: readonly Size[];
}

/**
 * One entry for each evaluation.
 * @param most when there are more than so many, the first and the last of each of half as many equally long stretches of time: the line
 *   through them looks as that through all
 */
export async function readSizes(db: Kysely<Database>, audience: string, most = Infinity): Promise<SizeHistory> {
  const all = db.selectFrom('segment_sizes').where('definition_id', '=', audience);
  const evaluations = Number((await all.select((is) => is.fn.countAll().as('count')).executeTakeFirstOrThrow()).count);
  if (evaluations <= most) return { evaluations, sizes: (await all.selectAll().orderBy('evaluated_at').execute()).map(sizeOf) };
  const at = sql`extract(epoch FROM evaluated_at)`;
  // The end is not part of the last stretch, but the last evaluation is.
  const stretch = sql<number>`width_bucket(${at}, min(${at}) OVER (), max(${at}) OVER () + 0.001, ${Math.floor(most / 2)}::int)`;
  const placed = db
    .selectFrom(all.selectAll().select(stretch.as('stretch')).as('spread'))
    .selectAll()
    .select(sql<string>`row_number() OVER (PARTITION BY stretch ORDER BY evaluated_at)`.as('place'))
    .select(sql<string>`count(*) OVER (PARTITION BY stretch)`.as('last'));
  const rows = db.selectFrom(placed.as('placed')).selectAll();
  const ends = rows.where((is) => is.or([is('place', '=', '1'), is('place', '=', is.ref('last'))]));
  return { evaluations, sizes: (await ends.orderBy('evaluated_at').execute()).map(sizeOf) };
}

/** The last evaluation of each audience, kept to hand as far as it was asked for or has changed. */
export class LastSizes {
  readonly #db: Kysely<Database>;
  readonly #known = new Map<string, Size>();

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Of those of the audiences that were evaluated. */
  async read(audiences: readonly string[]): Promise<ReadonlyMap<string, Size>> {
    await this.#load(audiences.filter((audience) => !this.#known.has(audience)));
    return new Map(
      audiences.flatMap((audience) => {
        const size = this.#known.get(audience);
        return size === undefined ? [] : [[audience, size] as const];
      }),
    );
  }

  /** What an evaluation found can be noted after what has changed meanwhile. */
  note(audience: string, { evaluatedAt, size, version, tookMs, revision }: Size): void {
    const known = this.#known.get(audience);
    if (known === undefined || known.evaluatedAt <= evaluatedAt)
      this.#known.set(audience, { evaluatedAt, size, version, tookMs, revision });
  }

  clear(): void {
    this.#known.clear();
  }

  async #load(audiences: readonly string[]): Promise<void> {
    if (audiences.length === 0) return;
    const rows = await this.#db
      .selectFrom('segment_sizes')
      .selectAll()
      .distinctOn('definition_id')
      .where('definition_id', 'in', [...audiences])
      .orderBy('definition_id')
      .orderBy('evaluated_at', 'desc')
      .execute();
    for (const row of rows) this.note(row.definition_id, sizeOf(row));
  }
}

/**
 * Adds sizes to the histories of audiences that there are. One statement, since it runs every few seconds while people come and leave.
 * @param thin whether of the sizes of a minute that were not evaluations of everybody only the last stays
 */
export async function writeSizes(
  db: Kysely<Database>,
  sizes: readonly (readonly [audience: string, Size])[],
  { thin }: { readonly thin: boolean },
): Promise<void> {
  if (sizes.length === 0) return;
  const rows = sizes.map(([audience, { evaluatedAt, size, version, tookMs, revision }]) => {
    return { definition_id: audience, version, evaluated_at: evaluatedAt, size, took_ms: tookMs, revision: String(revision) };
  });
  await sql`
    WITH written AS (
      SELECT given.* FROM json_populate_recordset(NULL::segment_sizes, ${JSON.stringify(rows)}::json) AS given
      JOIN segment_definitions ON id = given.definition_id
    ),
    thinned AS (
      DELETE FROM segment_sizes AS size USING written
      WHERE ${thin} AND size.definition_id = written.definition_id AND size.took_ms = 0
        AND size.evaluated_at >= date_trunc('minute', written.evaluated_at) AND size.evaluated_at < written.evaluated_at
    )
    INSERT INTO segment_sizes (definition_id, version, evaluated_at, size, took_ms, revision)
    SELECT definition_id, version, evaluated_at, size, took_ms, revision FROM written
    ON CONFLICT (definition_id, evaluated_at) DO UPDATE
    SET version = excluded.version, size = excluded.size, took_ms = excluded.took_ms, revision = excluded.revision`.execute(db);
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
