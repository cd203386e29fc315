/** Mapping sets of Data Prep. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE mapping_sets (
        id text PRIMARY KEY,
        version integer NOT NULL,
        body jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        created_by text NOT NULL
      )`,
    )
    .execute(db);
}
