/** What predictions said, and whether it came. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS = [
  `CREATE TABLE prediction_outcomes (
    run_id text PRIMARY KEY,
    prediction_id text NOT NULL REFERENCES predictions (id) ON DELETE CASCADE,
    model_version integer NOT NULL,
    scored_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'judged', 'impossible')),
    reason text,
    result jsonb,
    judged_at timestamptz
  )`,
  'CREATE INDEX prediction_outcomes_prediction ON prediction_outcomes (prediction_id, scored_at)',
  "CREATE INDEX prediction_outcomes_due ON prediction_outcomes (due_at) WHERE status = 'waiting'",
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
