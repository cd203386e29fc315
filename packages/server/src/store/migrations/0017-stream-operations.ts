/** What was to be done with a record of the stream that cannot be stored, where that is not to store it. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE stream_dead_letters ADD COLUMN operation text').execute(db);
}
