/** Resources of the schema registry, descriptors, datasets and batches. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Made by 0001 and never written to.
  'DROP TABLE datasets',
  `CREATE TABLE schema_resources (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('schemas', 'classes', 'fieldgroups', 'datatypes')),
    version integer NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL,
    updated_by text NOT NULL
  )`,
  `CREATE TABLE schema_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource text NOT NULL,
    action text NOT NULL,
    version integer NOT NULL,
    body jsonb,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL
  )`,
  'CREATE INDEX schema_changes_resource ON schema_changes (resource, id)',
  `CREATE TABLE schema_descriptors (
    id text PRIMARY KEY,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  `CREATE TABLE datasets (
    id text PRIMARY KEY,
    name text NOT NULL,
    schema_id text NOT NULL,
    body jsonb NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL
  )`,
  `CREATE TABLE batches (
    id text PRIMARY KEY,
    dataset_id text NOT NULL,
    external_id text,
    status text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    created_by text NOT NULL
  )`,
  'CREATE INDEX batches_dataset ON batches (dataset_id, created_at)',
];
