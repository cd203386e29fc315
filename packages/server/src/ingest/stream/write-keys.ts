/** Write keys of tracking libraries. No secrets: they stand in pages, and allow sending only. */
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database, WriteKeyRow } from '../../store/index.ts';

export interface WriteKey {
  readonly key: string;
  readonly name: string;
  readonly dataset: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly revokedAt: Date | null;
}

const KEY_BYTES = 24;

export class WriteKeys {
  readonly #db: Kysely<Database>;
  readonly #keys: Map<string, WriteKey>;

  private constructor(db: Kysely<Database>, keys: readonly WriteKey[]) {
    this.#db = db;
    this.#keys = new Map(keys.map((key) => [key.key, key]));
  }

  static async open(db: Kysely<Database>): Promise<WriteKeys> {
    const rows = await db.selectFrom('write_keys').selectAll().orderBy('created_at').orderBy('key').execute();
    return new WriteKeys(db, rows.map(keyOf));
  }

  /** Oldest first, revoked ones too. */
  list(): readonly WriteKey[] {
    return [...this.#keys.values()];
  }

  /** The key, unless it is unknown or revoked. */
  find(key: string): WriteKey | undefined {
    const found = this.#keys.get(key);
    return found?.revokedAt === null ? found : undefined;
  }

  async create({ name, dataset }: Pick<WriteKey, 'name' | 'dataset'>, made: { readonly by: string; readonly at: Date }): Promise<WriteKey> {
    const key = randomBytes(KEY_BYTES).toString('base64url');
    const written: WriteKey = { key, name, dataset, createdAt: made.at, createdBy: made.by, revokedAt: null };
    await this.#db.insertInto('write_keys').values({ key, name, dataset, created_at: made.at, created_by: made.by }).execute();
    this.#keys.set(key, written);
    return written;
  }

  /** False when there is none. */
  async revoke(key: string, at: Date): Promise<boolean> {
    const known = this.#keys.get(key);
    if (known === undefined) return false;
    if (known.revokedAt !== null) return true;
    await this.#db.updateTable('write_keys').set({ revoked_at: at }).where('key', '=', key).execute();
    this.#keys.set(key, { ...known, revokedAt: at });
    return true;
  }
}

function keyOf({ key, name, dataset, created_at, created_by, revoked_at }: WriteKeyRow): WriteKey {
  return { key, name, dataset, createdAt: created_at, createdBy: created_by, revokedAt: revoked_at };
}
