/** Orders to give out or delete what is known of people. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE privacy_orders (
        id text PRIMARY KEY,
        kind text NOT NULL,
        status text NOT NULL,
        request jsonb NOT NULL,
        targets jsonb,
        report jsonb,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        created_by text NOT NULL
      )`,
    )
    .execute(db);
  await sql.raw('CREATE INDEX privacy_orders_newest ON privacy_orders (kind, created_at DESC)').execute(db);
}
