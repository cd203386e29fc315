/** What datastreams tell clients: audiences, and what is shown to whom. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `ALTER TABLE datastreams ADD COLUMN destinations jsonb NOT NULL DEFAULT '[]'`,
  `ALTER TABLE datastreams ADD COLUMN decisions jsonb NOT NULL DEFAULT '[]'`,
];
