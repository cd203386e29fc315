/** Brings the tables of PostgreSQL up to date. */
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import * as first from './migrations/0001-foundation.ts';
import * as expressionJson from './migrations/0002-expression-json.ts';
import * as audiences from './migrations/0003-audiences.ts';
import * as jobs from './migrations/0005-jobs.ts';
import * as schemas from './migrations/0006-schemas.ts';
import * as streaming from './migrations/0007-streaming.ts';
import * as namespaces from './migrations/0008-namespaces.ts';
import * as profile from './migrations/0009-profile.ts';
import * as mappingSets from './migrations/0010-mapping-sets.ts';
import * as sources from './migrations/0011-sources.ts';
import * as edge from './migrations/0012-edge.ts';
import * as privacy from './migrations/0013-privacy.ts';
import * as streamOperations from './migrations/0017-stream-operations.ts';
import * as predictions from './migrations/0020-predictions.ts';
import * as drift from './migrations/0024-drift.ts';
import * as compositions from './migrations/0025-compositions.ts';
import * as predictionOutcomes from './migrations/0026-prediction-outcomes.ts';
import * as derivedMembers from './migrations/0027-derived-members.ts';
import type { Database } from './database.ts';

/** Run in the order of their names; a name and its content never change once released. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-foundation': first,
  '0002-expression-json': expressionJson,
  '0003-audiences': audiences,
  '0005-jobs': jobs,
  '0006-schemas': schemas,
  '0007-streaming': streaming,
  '0008-namespaces': namespaces,
  '0009-profile': profile,
  '0010-mapping-sets': mappingSets,
  '0011-sources': sources,
  '0012-edge': edge,
  '0013-privacy': privacy,
  '0017-stream-operations': streamOperations,
  '0020-predictions': predictions,
  '0024-drift': drift,
  '0025-compositions': compositions,
  '0026-prediction-outcomes': predictionOutcomes,
  '0027-derived-members': derivedMembers,
};

/**
 * Runs what has not run yet, all in one transaction, and records it. On a server an advisory lock lets one process at a
 * time do so. Returns the names of what ran.
 */
export async function migrate(db: Kysely<Database>): Promise<readonly string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
    migrationTableName: 'kindred_migrations',
    migrationLockTableName: 'kindred_migrations_lock',
    // Each makes tables of its own, so one that was finished later than others with higher numbers may come after them.
    allowUnorderedMigrations: true,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return results.map(({ migrationName }) => migrationName);
}
