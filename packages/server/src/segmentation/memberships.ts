/** Who was in an audience at its last evaluation and who came and left at each, in ClickHouse; its sizes, in PostgreSQL. */
import type { Kysely } from 'kysely';
import type { ClickHouse, Database } from '../store/index.ts';
import { literal } from '../store/index.ts';
import { Bitmap, readState, toState } from './bitmap/index.ts';

export interface Size {
  /** The instant it is exact for. */
  readonly evaluatedAt: Date;
  readonly size: number;
  /** Version of the rule. */
  readonly version: number;
  readonly tookMs: number;
  readonly revision: number;
}

export interface Membership {
  readonly audience: string;
  /** The first evaluation that found the profile in, and none since found it out. */
  readonly since: Date;
}

/** Profiles by what became of them since the evaluation before. */
export interface Change {
  readonly entered: number;
  readonly stayed: number;
  readonly exited: number;
}

export interface Evaluated extends Size {
  readonly audience: string;
  readonly members: Bitmap;
}

export class Memberships {
  readonly #clickhouse: ClickHouse;
  readonly #db: Kysely<Database>;

  constructor(clickhouse: ClickHouse, db: Kysely<Database>) {
    this.#clickhouse = clickhouse;
    this.#db = db;
  }

  /**
   * Replaces the members of some audiences, all at once, and adds to their histories of changes and sizes. Durable on
   * return. Gives the changes in the same order.
   */
  async store(evaluated: readonly Evaluated[]): Promise<readonly Change[]> {
    if (evaluated.length === 0) return [];
    const before = await this.#stored(evaluated.map(({ audience }) => audience));
    const rows = evaluated.map((each) => ({ ...each, ...changeOf(each, before.get(each.audience)) }));
    // The changes come first: of profiles that are no members yet they tell nobody anything.
    const changes = rows.flatMap(({ audience, evaluatedAt, entered, exited }) => [
      text(audience),
      uint64(evaluatedAt.getTime()),
      toState(entered),
      toState(exited),
    ]);
    await this.#clickhouse.insert(
      'membership_changes',
      ['audience', 'evaluated', 'entered', 'exited'],
      'RowBinary',
      Buffer.concat(changes),
    );
    const members = rows.flatMap((row) => [text(row.audience), uint64(row.next), uint64(row.evaluatedAt.getTime()), toState(row.members)]);
    await this.#clickhouse.insert('memberships', ['audience', 'version', 'evaluated', 'members'], 'RowBinary', Buffer.concat(members));
    await this.#addSizes(evaluated);
    return rows.map((row) => ({ entered: row.entered.size, stayed: row.members.size - row.entered.size, exited: row.exited.size }));
  }

  /** Nobody before the first evaluation. */
  async load(audience: string): Promise<Bitmap> {
    return (await this.#stored([audience])).get(audience)?.members ?? Bitmap.empty;
  }

  /** Audiences that a profile was in at their last evaluation. */
  async of(profile: number): Promise<readonly Membership[]> {
    const ordinal = `toUInt32(${literal(profile)})`;
    const rows = await this.#clickhouse.query<{ audience: string; since: string }>(
      `SELECT audience, toUnixTimestamp64Milli(max(evaluated)) AS since FROM membership_changes
       WHERE bitmapContains(entered, ${ordinal})
         AND audience IN (SELECT audience FROM memberships FINAL WHERE bitmapContains(members, ${ordinal}))
       GROUP BY audience ORDER BY audience`,
    );
    return rows.map(({ audience, since }) => ({ audience, since: new Date(Number(since)) }));
  }

  /** Nobody is in the audience any more, and nobody was. The history of sizes stays. */
  async forget(audience: string): Promise<void> {
    for (const table of ['memberships', 'membership_changes']) {
      await this.#clickhouse.command(`DELETE FROM ${table} WHERE audience = ${literal(audience)}`);
    }
  }

  /** One entry for each evaluation, oldest first. */
  async sizes(audience: string): Promise<readonly Size[]> {
    const rows = await this.#db
      .selectFrom('segment_sizes')
      .selectAll()
      .where('definition_id', '=', audience)
      .orderBy('evaluated_at')
      .execute();
    return rows.map(sizeOf);
  }

  /** The last evaluation of each of the audiences that were evaluated. */
  async lastSizes(audiences: readonly string[]): Promise<ReadonlyMap<string, Size>> {
    if (audiences.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('segment_sizes')
      .selectAll()
      .distinctOn('definition_id')
      .where('definition_id', 'in', [...audiences])
      .orderBy('definition_id')
      .orderBy('evaluated_at', 'desc')
      .execute();
    return new Map(rows.map((row) => [row.definition_id, sizeOf(row)]));
  }

  async #stored(audiences: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
    const bytes = await this.#clickhouse.bytes(
      `SELECT audience, version, members FROM memberships FINAL WHERE audience IN ${literal(audiences)}`,
      'RowBinary',
    );
    const found = new Map<string, Stored>();
    for (let at = 0; at < bytes.length;) {
      const length = bytes[at] ?? 0;
      const audience = Buffer.from(bytes.subarray(at + 1, at + 1 + length)).toString();
      const version = Number(Buffer.from(bytes.subarray(at + 1 + length, at + 9 + length)).readBigUInt64LE());
      const { bitmap, end } = readState(bytes, at + 9 + length);
      found.set(audience, { version, members: bitmap });
      at = end;
    }
    return found;
  }

  async #addSizes(evaluated: readonly Evaluated[]): Promise<void> {
    const rows = evaluated.map(({ audience, version, evaluatedAt, size, tookMs, revision }) => {
      return { definition_id: audience, version, evaluated_at: evaluatedAt, size, took_ms: tookMs, revision: String(revision) };
    });
    await this.#db
      .insertInto('segment_sizes')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['definition_id', 'evaluated_at']).doUpdateSet((is) => ({
          version: is.ref('excluded.version'),
          size: is.ref('excluded.size'),
          took_ms: is.ref('excluded.took_ms'),
          revision: is.ref('excluded.revision'),
        })),
      )
      .execute();
  }
}

interface Stored {
  /** Of the row, which the engine keeps the greatest of. */
  readonly version: number;
  readonly members: Bitmap;
}

function changeOf(
  { members }: Evaluated,
  before: Stored = { version: 0, members: Bitmap.empty },
): { readonly entered: Bitmap; readonly exited: Bitmap; readonly next: number } {
  return { entered: members.andNot(before.members), exited: before.members.andNot(members), next: before.version + 1 };
}

function sizeOf(row: {
  readonly evaluated_at: Date;
  readonly size: number;
  readonly version: number;
  readonly took_ms: number;
  readonly revision: string;
}): Size {
  return { evaluatedAt: row.evaluated_at, size: row.size, version: row.version, tookMs: row.took_ms, revision: Number(row.revision) };
}

/** A String in RowBinary; ids are short. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length > 127) throw new RangeError('the id of an audience is too long');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}
