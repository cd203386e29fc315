/** Merge policies and computed attributes. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE merge_policies (
    id text PRIMARY KEY,
    name text NOT NULL,
    identity_graph text NOT NULL CHECK (identity_graph IN ('pdg', 'none')),
    attribute_merge text NOT NULL CHECK (attribute_merge IN ('timestampOrdered', 'dataSetPrecedence')),
    dataset_order jsonb NOT NULL DEFAULT '[]',
    is_default boolean NOT NULL DEFAULT false,
    is_active_on_edge boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  )`,
  `CREATE UNIQUE INDEX merge_policies_default ON merge_policies (is_default) WHERE is_default`,
  `CREATE UNIQUE INDEX merge_policies_edge ON merge_policies (is_active_on_edge) WHERE is_active_on_edge`,
  `INSERT INTO merge_policies (id, name, identity_graph, attribute_merge, is_default, is_active_on_edge, created_at, updated_at)
    VALUES ('timestamp-ordered', 'Timestamp ordered', 'pdg', 'timestampOrdered', true, true, now(), now())`,
  `CREATE TABLE computed_attributes (
    id text PRIMARY KEY,
    name text NOT NULL UNIQUE,
    display_name text NOT NULL,
    description text NOT NULL,
    expression text NOT NULL,
    duration_count integer,
    duration_unit text CHECK (duration_unit IN ('HOURS', 'DAYS', 'WEEKS', 'MONTHS')),
    keep_current boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('DRAFT', 'PROCESSED', 'INACTIVE')),
    position bigint GENERATED ALWAYS AS IDENTITY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL
  )`,
];
