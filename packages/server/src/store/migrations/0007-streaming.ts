/** Ways into the stream, and the records of it that could not be stored. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // A record can hold what jsonb cannot (the character NUL), so it is kept as text.
  `CREATE TABLE stream_dead_letters (
    log_offset bigint PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('event', 'profile')),
    dataset text NOT NULL,
    source text NOT NULL,
    received_at timestamptz NOT NULL,
    problems jsonb NOT NULL,
    document text NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded')),
    changed_at timestamptz,
    changed_by text
  )`,
  `CREATE INDEX stream_dead_letters_state ON stream_dead_letters (state, log_offset)`,
  // Connections, source and target connections, flows: documents of the Flow Service, each with what we look it up by.
  `CREATE TABLE flow_objects (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('connections', 'sourceConnections', 'targetConnections', 'flows')),
    inlet_id text UNIQUE,
    etag text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL
  )`,
  `CREATE TABLE write_keys (
    key text PRIMARY KEY,
    name text NOT NULL,
    dataset text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    revoked_at timestamptz
  )`,
  `CREATE TABLE datastreams (
    id text PRIMARY KEY,
    name text NOT NULL,
    org_id text NOT NULL,
    event_dataset text NOT NULL,
    profile_dataset text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL
  )`,
];
