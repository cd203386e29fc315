/** Sources that data is fetched from, and their runs. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE data_sources (
        id text PRIMARY KEY,
        name text NOT NULL UNIQUE,
        kind text NOT NULL,
        settings jsonb NOT NULL,
        dataset text NOT NULL,
        mapping jsonb,
        target text NOT NULL,
        interval_seconds integer NOT NULL,
        state text NOT NULL,
        cursor jsonb,
        next_run timestamptz,
        failures integer NOT NULL DEFAULT 0,
        counts jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        created_by text NOT NULL
      )`,
    )
    .execute(db);
  await sql
    .raw(
      `CREATE TABLE data_source_runs (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        source_id text NOT NULL REFERENCES data_sources (id) ON DELETE CASCADE,
        started_at timestamptz NOT NULL,
        ended_at timestamptz NOT NULL,
        counts jsonb NOT NULL,
        skipped jsonb NOT NULL,
        letter_files jsonb NOT NULL,
        error jsonb
      )`,
    )
    .execute(db);
  await sql.raw('CREATE INDEX data_source_runs_of ON data_source_runs (source_id, id DESC)').execute(db);
}
