/**
 * Identity → dense ordinal. Ordinals number the profiles from 0 without gaps to speak of, so sets of profiles are
 * small bitmaps. A profile is one primary identity; further identities of its records lead to it as long as no
 * profile has them as its primary one. (The graph that joins profiles comes later.)
 *
 * The map is in LMDB, where a look-up takes microseconds; the table `identities` in ClickHouse is what queries see.
 * What LMDB has and the table may lack stands in the outbox, and so survives a crash between the two.
 */
import { createHash } from 'node:crypto';
import type { Database } from 'lmdb';
import type { ClickHouse, Lmdb } from '../store/index.ts';
import { literal } from '../store/index.ts';

export interface Identity {
  /** Code of the namespace as `Namespaces` spells it. */
  readonly namespace: string;
  readonly id: string;
}

/** The identities of one record. */
export interface Person {
  readonly primary: Identity;
  readonly others: readonly Identity[];
}

export interface ProfileIdentity extends Identity {
  readonly primary: boolean;
}

type Claim = readonly [ordinal: number, namespace: string, id: string];

/** All profiles, as a bitmap of ordinals in the column `members`. */
export const UNIVERSE = 'SELECT groupBitmapState(profile) AS members FROM identities';

const LAST_ORDINAL = 0xffff_fffe;

/** New identities per transaction: writing blocks the process for some ten milliseconds, not more. */
const SLICE = 4096;

export class Identities {
  readonly #clickhouse: ClickHouse;
  /** Ordinal × 2, plus 1 for a primary identity. */
  readonly #ordinals: Database<number, string>;
  readonly #state: Database<number, string>;
  readonly #outbox: Database<readonly Claim[], number>;
  #published = 0;

  private constructor(lmdb: Lmdb, clickhouse: ClickHouse) {
    const environment = lmdb.environment<unknown>('identities', {});
    this.#clickhouse = clickhouse;
    this.#ordinals = environment.openDB<number, string>('ordinals', {});
    this.#state = environment.openDB<number, string>('state', {});
    this.#outbox = environment.openDB<readonly Claim[], number>('outbox', {});
  }

  /** Opens the map and brings the table up to it. The table must be there. */
  static async open(lmdb: Lmdb, clickhouse: ClickHouse): Promise<Identities> {
    const identities = new Identities(lmdb, clickhouse);
    await identities.#publish([]);
    return identities;
  }

  /** How many new identities were put into the table since the map was opened. */
  get published(): number {
    return this.#published;
  }

  /** The profile an identity leads to. Codes are case-sensitive here. */
  find(identity: Identity): number | undefined {
    const entry = this.#ordinals.get(keyOf(identity));
    return entry === undefined ? undefined : Math.floor(entry / 2);
  }

  /**
   * The ordinals of people, in their order; new ones for those never seen. On return all identities are durable and
   * in the table. One caller at a time.
   */
  async resolve(people: readonly Person[]): Promise<Uint32Array> {
    const ordinals = new Uint32Array(people.length);
    const taken: Claim[] = [];
    for (let from = 0; from < people.length; from += SLICE) {
      const slice = people.slice(from, from + SLICE);
      this.#ordinals.transactionSync(() => this.#allocate(slice, ordinals.subarray(from), taken));
      await new Promise(setImmediate);
    }
    await this.#ordinals.flushed;
    await this.#publish(taken);
    return ordinals;
  }

  /** The identities of profiles; a profile nobody knows is absent from the answer. */
  async identitiesOf(ordinals: readonly number[]): Promise<Map<number, readonly ProfileIdentity[]>> {
    const found = new Map<number, ProfileIdentity[]>();
    if (ordinals.length === 0) return found;
    const rows = await this.#clickhouse.query<Identity & { profile: number }>(
      `SELECT DISTINCT profile, namespace, id FROM identities WHERE profile IN ${literal(ordinals)} ORDER BY profile, namespace, id`,
    );
    for (const { profile, namespace, id } of rows) {
      const primary = this.#ordinals.get(keyOf({ namespace, id })) === profile * 2 + 1;
      const list = found.get(profile) ?? [];
      found.set(profile, list);
      list.push({ namespace, id, primary });
    }
    return found;
  }

  /** Within a transaction. */
  #allocate(people: readonly Person[], into: Uint32Array, taken: Claim[]): void {
    const claims: Claim[] = [];
    let next = this.#state.get('next') ?? 0;
    for (const [index, { primary, others }] of people.entries()) {
      const entry = this.#ordinals.get(keyOf(primary));
      const known = entry !== undefined && entry % 2 === 1;
      const ordinal = known ? (entry - 1) / 2 : next++;
      if (ordinal > LAST_ORDINAL) throw new Error('more than 4,294,967,295 profiles');
      into[index] = ordinal;
      if (!known) {
        this.#ordinals.putSync(keyOf(primary), ordinal * 2 + 1);
        claims.push([ordinal, primary.namespace, primary.id]);
      }
      for (const other of others) this.#claim(ordinal, other, claims, taken);
    }
    if (claims.length === 0) return;
    this.#state.putSync('next', next);
    const last = [...this.#outbox.getKeys({ reverse: true, limit: 1 })][0] ?? 0;
    this.#outbox.putSync(last + 1, claims);
  }

  #claim(ordinal: number, other: Identity, claims: Claim[], taken: Claim[]): void {
    const owner = this.#ordinals.get(keyOf(other));
    if (owner === undefined) {
      this.#ordinals.putSync(keyOf(other), ordinal * 2);
      claims.push([ordinal, other.namespace, other.id]);
    } else if (Math.floor(owner / 2) !== ordinal) {
      taken.push([ordinal, other.namespace, other.id]);
    }
  }

  /** Puts into the table what the outbox holds, and identities of profiles that lead to another one. */
  async #publish(taken: readonly Claim[]): Promise<void> {
    const batches = [...this.#outbox.getRange()];
    const claims = [...batches.flatMap(({ value }) => value), ...taken];
    if (claims.length === 0) return;
    const lines = claims.map((claim) => JSON.stringify(claim)).join('\n');
    await this.#clickhouse.insert('identities', ['profile', 'namespace', 'id'], 'JSONCompactEachRow', Buffer.from(lines));
    this.#published += claims.length - taken.length;
    this.#outbox.transactionSync(() => {
      for (const { key } of batches) this.#outbox.removeSync(key);
    });
  }
}

/** Keys of LMDB are short; a long identifier is known by its digest. Codes of namespaces hold neither NUL nor SOH. */
function keyOf({ namespace, id }: Identity): string {
  return id.length <= 256 ? `${namespace}\0${id}` : `${namespace}\u0001${createHash('sha256').update(id).digest('base64')}`;
}
