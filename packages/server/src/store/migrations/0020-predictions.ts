/** Predictions: what they are about, the models made for them, and the runs that train and score. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS = [
  `CREATE TABLE predictions (
    id text PRIMARY KEY,
    key text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    task jsonb NOT NULL,
    buckets jsonb NOT NULL,
    schedule jsonb NOT NULL,
    model_version integer,
    scores jsonb,
    score_due timestamptz,
    train_due timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL
  )`,
  // Rules do not tell keys apart by the case of their letters alone.
  'CREATE UNIQUE INDEX predictions_key ON predictions (lower(key))',
  'CREATE UNIQUE INDEX predictions_name ON predictions (name)',
  `CREATE TABLE prediction_models (
    prediction_id text NOT NULL REFERENCES predictions ON DELETE CASCADE,
    version integer NOT NULL,
    card jsonb NOT NULL,
    published boolean NOT NULL,
    trained_at timestamptz NOT NULL,
    PRIMARY KEY (prediction_id, version)
  )`,
  `CREATE TABLE prediction_runs (
    id text PRIMARY KEY,
    prediction_id text NOT NULL REFERENCES predictions ON DELETE CASCADE,
    kind text NOT NULL,
    status text NOT NULL,
    step text NOT NULL,
    done double precision NOT NULL,
    model_version integer,
    profiles integer,
    summary jsonb,
    error jsonb,
    started_by text NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz
  )`,
  'CREATE INDEX prediction_runs_newest ON prediction_runs (prediction_id, created_at DESC)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
