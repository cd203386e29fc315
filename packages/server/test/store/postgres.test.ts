import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../src/store/index.ts';
import type { Database, NewSegmentDefinition } from '../../src/store/index.ts';
import { migrate } from '../../src/store/migrate.ts';
import { DATABASES, startDatabase } from '../support/postgres-engines.ts';
import type { TestDatabase } from '../support/postgres-engines.ts';
import { postgresMissing } from '../support/postgres.ts';
import { freePort } from '../support/processes.ts';

const MIGRATIONS = readdirSync(new URL('../../src/store/migrations', import.meta.url)).map((file) => file.replace('.ts', ''));
const now = new Date('2026-03-01T10:00:00.123Z');

function definition(id: string, name: string): NewSegmentDefinition {
  return {
    id,
    name,
    description: '',
    pql: 'true',
    expression_format: 'pql/text',
    schema_name: '_xdm.context.profile',
    evaluation_method: 'batch',
    lifecycle_state: 'published',
    labels: JSON.stringify(['core/C1']),
    tags: JSON.stringify([]),
    created_at: now,
    updated_at: now,
    created_by: 'test',
  };
}

describe.each(DATABASES)('PostgreSQL, %s', (name) => {
  const missing = name === 'server' ? postgresMissing() : undefined;
  if (missing !== undefined) return it.skip(missing);
  let database: TestDatabase;
  let db: Kysely<Database>;

  beforeAll(async () => {
    database = await startDatabase(name);
    db = await openPostgres(database.options);
  });
  afterAll(async () => {
    await db.destroy();
    await database.stop();
  });

  it('keeps text, times, numbers and JSON as they were', async () => {
    await db.insertInto('segment_definitions').values(definition('d1', "it's 😀")).execute();
    const row = await db.selectFrom('segment_definitions').selectAll().where('id', '=', 'd1').executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      name: "it's 😀",
      version: 1,
      labels: ['core/C1'],
      tags: [],
      created_at: now,
      deleted_at: null,
      merge_policy_id: null,
    });
    await db
      .insertInto('segment_sizes')
      .values({ definition_id: 'd1', version: 1, evaluated_at: now, size: 5_000_000_000, took_ms: 1.5, revision: 'r1' })
      .execute();
    expect(await db.selectFrom('segment_sizes').selectAll().execute()).toEqual([
      { definition_id: 'd1', version: 1, evaluated_at: now, size: 5_000_000_000, took_ms: 1.5, revision: 'r1' },
    ]);
  });

  it('keeps names unique among definitions that are not deleted', async () => {
    await db.insertInto('segment_definitions').values(definition('u1', 'unique')).execute();
    await expect(db.insertInto('segment_definitions').values(definition('u2', 'unique')).execute()).rejects.toMatchObject({
      code: '23505',
    });
    await db.updateTable('segment_definitions').set({ deleted_at: now }).where('id', '=', 'u1').execute();
    await db.insertInto('segment_definitions').values(definition('u3', 'unique')).execute();
  });

  it('refuses a state that does not exist', async () => {
    const wrong = { ...definition('w1', 'wrong'), lifecycle_state: 'lost' as 'draft' };
    await expect(db.insertInto('segment_definitions').values(wrong).execute()).rejects.toMatchObject({ code: '23514' });
  });

  it('rolls a failed transaction back', async () => {
    const work = db.transaction().execute(async (trx) => {
      await trx.insertInto('schema_descriptors').values({ id: 'x', body: '{}', created_at: now }).execute();
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await db.selectFrom('schema_descriptors').selectAll().execute()).toEqual([]);
  });

  it('answers statements that come at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => sql<{ n: number }>`SELECT ${n}::int AS n`.execute(db)));
    expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  it('runs every migration once and records it', async () => {
    const recorded = await sql<{ name: string }>`SELECT name FROM kindred_migrations ORDER BY name`.execute(db);
    expect(recorded.rows.map((row) => row.name)).toEqual(MIGRATIONS);
    expect(await migrate(db)).toEqual([]);
  });

  it('flushes what it acknowledges', async () => {
    const { rows } = await sql<{
      fsync: string;
      commit: string;
    }>`SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`.execute(db);
    expect(rows).toEqual([{ fsync: 'on', commit: 'on' }]);
  });
});

const missing = postgresMissing();

describe('a PostgreSQL server', () => {
  it.skipIf(missing !== undefined)('that several processes open at once is migrated once', async () => {
    const database = await startDatabase('server');
    const opened = await Promise.all(Array.from({ length: 4 }, () => openPostgres(database.options)));
    const [first] = opened;
    expect((await sql`SELECT 1 FROM kindred_migrations`.execute(first ?? expect.fail())).rows).toHaveLength(MIGRATIONS.length);
    await Promise.all(opened.map((db) => db.destroy()));
    await database.stop();
  });

  it('that does not listen is unavailable', async () => {
    const url = `postgresql://nobody@127.0.0.1:${await freePort()}/none`;
    await expect(openPostgres({ path: '', url })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
