/** Audiences whose members come from outside, versions of rules, folders, and what else is known of an audience. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE audience_folders (
    id text PRIMARY KEY,
    name text NOT NULL,
    parent_id text REFERENCES audience_folders (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL
  )`,
  // NULL differs from NULL in an index; '' stands for the top.
  `CREATE UNIQUE INDEX audience_folders_name ON audience_folders (COALESCE(parent_id, ''), name)`,
  `ALTER TABLE segment_definitions
    ADD COLUMN kind text NOT NULL DEFAULT 'rule' CHECK (kind IN ('rule', 'external')),
    ADD COLUMN namespace text NOT NULL DEFAULT 'AEPSegments',
    ADD COLUMN external_id text,
    ADD COLUMN origin text NOT NULL DEFAULT 'REAL_TIME_CUSTOMER_PROFILE',
    ADD COLUMN exclude_opt_out boolean NOT NULL DEFAULT false,
    ADD COLUMN ttl_in_days integer,
    ADD COLUMN folder_id text REFERENCES audience_folders (id),
    ADD COLUMN documented jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN refers_to jsonb,
    ADD COLUMN changes integer NOT NULL DEFAULT 1,
    ADD COLUMN updated_by text NOT NULL DEFAULT ''`,
  `UPDATE segment_definitions SET updated_by = created_by`,
  `CREATE UNIQUE INDEX segment_definitions_external ON segment_definitions (namespace, external_id)
    WHERE deleted_at IS NULL AND external_id IS NOT NULL`,
  `CREATE INDEX segment_definitions_refers_to ON segment_definitions USING gin (refers_to jsonb_path_ops)`,
  `CREATE TABLE segment_versions (
    definition_id text NOT NULL REFERENCES segment_definitions (id) ON DELETE CASCADE,
    version integer NOT NULL,
    pql text NOT NULL,
    expression_json text,
    exclude_opt_out boolean NOT NULL,
    restored_from integer,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    PRIMARY KEY (definition_id, version)
  )`,
  `INSERT INTO segment_versions (definition_id, version, pql, expression_json, exclude_opt_out, created_at, created_by)
    SELECT id, version, pql, expression_json, false, updated_at, created_by FROM segment_definitions`,
  `CREATE TABLE external_audiences (
    definition_id text PRIMARY KEY REFERENCES segment_definitions (id) ON DELETE CASCADE,
    task_id text NOT NULL UNIQUE,
    identity_column text,
    identity_namespace text,
    fields jsonb,
    source jsonb NOT NULL,
    profile_ingestion boolean NOT NULL,
    generation integer NOT NULL DEFAULT 0,
    ingested_at timestamptz,
    expires_at timestamptz
  )`,
  `CREATE TABLE external_ingestions (
    id text PRIMARY KEY,
    definition_id text NOT NULL REFERENCES segment_definitions (id) ON DELETE CASCADE,
    number integer NOT NULL,
    generation integer NOT NULL,
    status text NOT NULL CHECK (status IN ('PROCESSING', 'SUCCESS', 'FAILED')),
    mode text NOT NULL CHECK (mode IN ('replace', 'add')),
    source text NOT NULL,
    counts jsonb NOT NULL,
    problems jsonb NOT NULL,
    error jsonb,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    ended_at timestamptz,
    UNIQUE (definition_id, number)
  )`,
];
