/** Comparisons of live memberships with batch evaluation, and what did not agree. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS = [
  `CREATE TABLE drift_checks (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    checked_at timestamptz NOT NULL,
    full_check boolean NOT NULL,
    audiences integer NOT NULL,
    profiles integer NOT NULL,
    disagreements integer NOT NULL,
    took_ms double precision NOT NULL
  )`,
  `CREATE TABLE drift_cases (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    check_id integer NOT NULL REFERENCES drift_checks (id) ON DELETE CASCADE,
    definition_id text NOT NULL,
    profile double precision NOT NULL,
    live boolean NOT NULL,
    batch boolean NOT NULL,
    reference boolean
  )`,
  'CREATE INDEX drift_cases_check ON drift_cases (check_id)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
