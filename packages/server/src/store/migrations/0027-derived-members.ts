/** Members follow from the log of changes: nothing is written of what is intended. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE membership_writes`.execute(db);
}
