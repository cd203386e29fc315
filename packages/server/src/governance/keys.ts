/** API keys. The secret leaves this module once, when a key is made; the database has its hash. */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ApiKeyRow, Database } from '../store/index.ts';

export const ROLES = ['admin', 'editor', 'viewer'] as const;
/** `viewer` reads, `editor` also changes audiences and imports data, `admin` also manages keys. */
export type Role = (typeof ROLES)[number];

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** First characters of the secret, to tell keys apart. */
  readonly prefix: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
}

export interface NewKey {
  readonly name: string;
  readonly role: Role;
}

export interface CreatedKey {
  readonly id: string;
  /** Cannot be had again. */
  readonly secret: string;
}

type Db = Kysely<Database>;

const MARK = 'kdk_';
/** 256 bits: too many to guess, so a plain hash is enough to keep. */
const SECRET_BYTES = 32;
const SHOWN = MARK.length + 6;

/** @param now the time of creation */
export async function createKey(db: Db, { name, role }: NewKey, now: Date): Promise<CreatedKey> {
  const id = randomUUID();
  const secret = `${MARK}${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const row = { id, name, prefix: secret.slice(0, SHOWN), hash: hashOf(secret).toString('hex'), role, created_at: now };
  await db.insertInto('api_keys').values(row).execute();
  return { id, secret };
}

/** All keys, revoked ones too, oldest first. */
export async function listKeys(db: Db): Promise<readonly ApiKey[]> {
  const rows = await db.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.map(keyOf);
}

/** False when there is no such key. Revoking a revoked key changes nothing. */
export async function revokeKey(db: Db, id: string, now: Date): Promise<boolean> {
  const revoked = await db
    .updateTable('api_keys')
    .set((is) => ({ revoked_at: is.fn.coalesce('revoked_at', is.val(now)) }))
    .where('id', '=', id)
    .executeTakeFirst();
  return revoked.numUpdatedRows > 0n;
}

/** The key of that secret, or undefined when it is unknown or revoked. Notes the use. */
export async function verifyKey(db: Db, secret: string, now: Date): Promise<ApiKey | undefined> {
  if (!secret.startsWith(MARK)) return undefined;
  const hash = hashOf(secret);
  const row = await db.selectFrom('api_keys').selectAll().where('hash', '=', hash.toString('hex')).executeTakeFirst();
  // The index finds by hash, which tells nothing of a secret; the comparison in constant time is the one that decides.
  if (row === undefined || row.revoked_at !== null || !timingSafeEqual(Buffer.from(row.hash, 'hex'), hash)) return undefined;
  await noteUse(db, row, now);
  return keyOf(row);
}

/** One write a minute at most, ms. */
const USE_RESOLUTION = 60_000;

async function noteUse(db: Db, row: ApiKeyRow, now: Date): Promise<void> {
  if (row.last_used_at !== null && now.getTime() - row.last_used_at.getTime() < USE_RESOLUTION) return;
  await db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', row.id).execute();
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function keyOf(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: row.role as Role,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}
