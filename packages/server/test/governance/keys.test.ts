import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, listKeys, revokeKey, verifyKey } from '../../src/governance/index.ts';
import { openPostgres } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { DATABASES, startDatabase } from '../support/postgres-engines.ts';
import type { TestDatabase } from '../support/postgres-engines.ts';
import { postgresMissing } from '../support/postgres.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));

describe.each(DATABASES)('API keys, PostgreSQL %s', (name) => {
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

  it('open with their secret, which is stored nowhere', async () => {
    const { id, secret } = await createKey(db, { name: 'ci', role: 'editor' }, at(0));
    expect(secret).toMatch(/^kdk_[\w-]{43}$/);
    expect(await verifyKey(db, secret, at(1))).toMatchObject({ id, name: 'ci', role: 'editor', prefix: secret.slice(0, 10) });
    const row = await db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(secret.slice(10));
    expect(row.hash).toBe(createHash('sha256').update(secret).digest('hex'));
  });

  it('do not open with anything else', async () => {
    const { id, secret } = await createKey(db, { name: 'other', role: 'viewer' }, at(0));
    for (const wrong of ['', 'kdk_', id, secret.slice(0, -1), `${secret}x`, secret.toUpperCase(), "kdk_' OR 1=1 --"]) {
      expect(await verifyKey(db, wrong, at(1))).toBeUndefined();
    }
  });

  it('do not open once revoked; revoking again changes nothing', async () => {
    const { id, secret } = await createKey(db, { name: 'gone', role: 'admin' }, at(0));
    expect(await revokeKey(db, id, at(2))).toBe(true);
    expect(await verifyKey(db, secret, at(3))).toBeUndefined();
    expect(await revokeKey(db, id, at(9))).toBe(true);
    expect((await listKeys(db)).find((key) => key.id === id)?.revokedAt).toEqual(at(2));
    expect(await revokeKey(db, 'no such key', at(9))).toBe(false);
  });

  it('tell when they were used last, to the minute', async () => {
    const { id, secret } = await createKey(db, { name: 'used', role: 'viewer' }, at(0));
    const lastUsed = async (): Promise<unknown> => (await listKeys(db)).find((key) => key.id === id)?.lastUsedAt;
    expect(await lastUsed()).toBe(null);
    await verifyKey(db, secret, at(5));
    await verifyKey(db, secret, new Date(at(5).getTime() + 30_000));
    expect(await lastUsed()).toEqual(at(5));
    await verifyKey(db, secret, at(6));
    expect(await lastUsed()).toEqual(at(6));
  });

  it('are listed oldest first, without secrets or hashes', async () => {
    const keys = await listKeys(db);
    expect(keys.length).toBeGreaterThan(1);
    expect(Object.keys(keys[0] ?? {})).toEqual(['id', 'name', 'prefix', 'role', 'createdAt', 'revokedAt', 'lastUsedAt']);
  });
});
