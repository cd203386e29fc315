/** Identity namespaces of users. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE identity_namespaces (
        number integer PRIMARY KEY,
        code text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        id_type text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        created_by text NOT NULL
      )`,
    )
    .execute(db);
  await sql.raw('CREATE UNIQUE INDEX identity_namespaces_code ON identity_namespaces (lower(code))').execute(db);
}
