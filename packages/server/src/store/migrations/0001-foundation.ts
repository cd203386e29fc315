/** Definitions and their sizes, jobs, datasets, keys. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const JOB_STATUS = `('NEW', 'QUEUED', 'PROCESSING', 'CANCELLING', 'CANCELLED', 'FAILED', 'SUCCEEDED')`;

const STATEMENTS = [
  `CREATE TABLE segment_definitions (
    id text PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    pql text NOT NULL,
    expression_format text NOT NULL,
    schema_name text NOT NULL,
    evaluation_method text NOT NULL CHECK (evaluation_method IN ('batch', 'streaming', 'edge')),
    lifecycle_state text NOT NULL CHECK (lifecycle_state IN ('draft', 'published', 'inactive')),
    merge_policy_id text,
    version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
    labels jsonb NOT NULL,
    tags jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL,
    deleted_at timestamptz
  )`,
  // A deleted definition keeps its row for its history, but gives its name free.
  `CREATE UNIQUE INDEX segment_definitions_name ON segment_definitions (name) WHERE deleted_at IS NULL`,
  `CREATE TABLE segment_sizes (
    definition_id text NOT NULL REFERENCES segment_definitions (id) ON DELETE CASCADE,
    version integer NOT NULL,
    evaluated_at timestamptz NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    took_ms double precision NOT NULL,
    revision text NOT NULL,
    PRIMARY KEY (definition_id, evaluated_at)
  )`,
  `CREATE TABLE segment_jobs (
    id text PRIMARY KEY,
    status text NOT NULL CHECK (status IN ${JOB_STATUS}),
    segment_ids jsonb NOT NULL,
    metrics jsonb NOT NULL,
    errors jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    source text NOT NULL
  )`,
  `CREATE INDEX segment_jobs_created ON segment_jobs (created_at)`,
  `CREATE TABLE import_jobs (
    id text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ${JOB_STATUS}),
    source jsonb NOT NULL,
    mapping jsonb NOT NULL,
    counters jsonb NOT NULL,
    error jsonb,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  )`,
  `CREATE INDEX import_jobs_created ON import_jobs (created_at)`,
  `CREATE TABLE datasets (
    id text PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('profile', 'event')),
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE api_keys (
    id text PRIMARY KEY,
    name text NOT NULL,
    prefix text NOT NULL,
    hash text NOT NULL UNIQUE,
    role text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_used_at timestamptz
  )`,
];
