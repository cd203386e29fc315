/** Jobs that resume, memberships written by intent, schedules, exports. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `ALTER TABLE segment_jobs
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN request_id text,
    ADD COLUMN snapshot text,
    ADD COLUMN properties jsonb NOT NULL DEFAULT '{}'`,
  `CREATE INDEX segment_jobs_properties ON segment_jobs USING gin (properties)`,
  `CREATE TABLE membership_writes (
    definition_id text PRIMARY KEY,
    sequence bigint NOT NULL,
    version integer NOT NULL,
    evaluated_at timestamptz NOT NULL,
    size bigint NOT NULL,
    took_ms double precision NOT NULL,
    revision text NOT NULL
  )`,
  `CREATE TABLE schedules (
    id text PRIMARY KEY,
    name text NOT NULL,
    type text NOT NULL CHECK (type IN ('batch_segmentation', 'export')),
    state text NOT NULL CHECK (state IN ('active', 'inactive')),
    schedule text NOT NULL,
    properties jsonb NOT NULL,
    due_at timestamptz,
    last_run_at timestamptz,
    last_job_id text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  )`,
  `CREATE TABLE export_jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL CHECK (status IN ('NEW', 'QUEUED', 'PROCESSING', 'CANCELLING', 'CANCELLED', 'FAILED', 'SUCCEEDED')),
    request jsonb NOT NULL,
    metrics jsonb NOT NULL,
    files jsonb NOT NULL,
    errors jsonb NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    request_id text,
    source text NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  )`,
  `CREATE INDEX export_jobs_properties ON export_jobs USING gin (properties)`,
];
