/** A definition given as pql/json keeps it beside its text. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE segment_definitions ADD COLUMN expression_json text').execute(db);
}
