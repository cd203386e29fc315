/** Compositions: audiences made of blocks, and which audience each of their paths became. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS = [
  `CREATE TABLE compositions (
    id text PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    draft jsonb NOT NULL,
    published jsonb,
    version integer NOT NULL DEFAULT 0,
    changes integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL,
    published_at timestamptz
  )`,
  'CREATE UNIQUE INDEX compositions_name ON compositions (name)',
  'ALTER TABLE segment_definitions DROP CONSTRAINT segment_definitions_kind_check',
  `ALTER TABLE segment_definitions
    ADD CONSTRAINT segment_definitions_kind_check CHECK (kind IN ('rule', 'external', 'composition')),
    ADD COLUMN composition_id text REFERENCES compositions (id) ON DELETE SET NULL,
    ADD COLUMN composition_path text,
    ADD COLUMN choice jsonb`,
  'CREATE INDEX segment_definitions_composition ON segment_definitions (composition_id)',
  'ALTER TABLE segment_versions ADD COLUMN choice jsonb',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
